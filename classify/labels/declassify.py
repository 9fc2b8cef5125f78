"""Functions that a scheme trusts to lower what they are given."""

from __future__ import annotations

from attrs import field, frozen

from classify.errors import UsageError
from classify.labels.label import Label

# Functions that disclose what they are given, so that no reason makes one a declassifier.
_ONE_OF = """
    min max any_value arbitrary any anylast first last first_value last_value nth_value lag lead mode median
    percentile_disc quantile_disc min_by max_by arg_min arg_max argmin argmax greatest least coalesce ifnull nvl nvl2
    nullif
"""
_ALL_OF = """
    array_agg list array_concat_agg array_unique_agg collect_list collect_set grouparray groupuniqarray string_agg
    group_concat listagg concat concat_ws json_agg jsonb_agg json_object_agg jsonb_object_agg json_arrayagg
    json_objectagg json_group_array json_group_object map_agg object_agg array_to_string to_json to_jsonb row_to_json
    histogram approx_top_k topk upper lower ucase lcase initcap trim ltrim rtrim btrim reverse replace translate hex
    unhex to_hex from_hex to_base64 from_base64 base64_encode base64_decode encode decode compress
"""
_PIECE_OF = """
    substring substr substring_index mid left right split split_part strtok string_to_array overlay regexp_extract
    regexp_extract_all regexp_substr regexp_substr_all regexp_match regexp_matches regexp_replace bytesubstring
    leftutf8 rightutf8 substringutf8 json_extract json_extract_scalar json_value json_query get_json_object
"""
_REFUSED = {
    **dict.fromkeys(_ONE_OF.split(), "returns one of the values that it is given"),
    **dict.fromkeys(_ALL_OF.split(), "returns the values that it is given"),
    **dict.fromkeys(_PIECE_OF.split(), "returns a piece of the value that it is given"),
}


def _name(function: str) -> str:
    return function.strip().lower()


@frozen
class DeclassifyingFunction:
    """A function whose result a scheme trusts to be lower than what it is given.

    Attributes:
        function: its name in lower case, with its schema where it has one.
        label: that its result has.
        owner: who answers for it.
        reason: why its result is no more than that.
    """

    function: str = field(converter=_name)
    label: Label
    owner: str
    reason: str

    def __attrs_post_init__(self) -> None:
        problem = refusal(self.function)
        if problem:
            raise UsageError(problem)


def refusal(function: str) -> str:
    """Why a function cannot declassify, or an empty text."""
    reason = _REFUSED.get(_name(function).rpartition(".")[2])
    return f"`{_name(function)}` cannot declassify: it {reason}, remove it" if reason else ""
