"""What is known of datasets: their columns and labels, looked up by name."""

from classify.catalog.catalog import Catalog
from classify.catalog.dataset import Column, Dataset, Declassification
from classify.catalog.index import Ambiguous, DatasetIndex

__all__ = ["Ambiguous", "Catalog", "Column", "Dataset", "DatasetIndex", "Declassification"]
