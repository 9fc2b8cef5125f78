"""What is known of datasets: their columns and labels, looked up by name."""

from classify.catalog.catalog import Catalog
from classify.catalog.dataset import Column, Dataset, Declassification

__all__ = ["Catalog", "Column", "Dataset", "Declassification"]
