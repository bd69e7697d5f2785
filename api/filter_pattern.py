"""The filter language as a regular expression, for the OpenAPI document: with one level of brackets.

The library takes any depth; this tells generated clients and forms what a filter looks like.
"""

_FIELD = "[a-z][a-z0-9_]*(/(amount|currency))?"
_TEXT = r"'([^'\x00]|'')*'"
_DAY = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_VALUE = rf"({_TEXT}|-?[0-9]{{1,15}}(\.[0-9]{{1,6}})?|{_DAY}|true|false|null)"
_OPERAND = rf"({_FIELD}|(tolower|toupper|length)\({_FIELD}\))"
_TERM = (
    rf"({_OPERAND} (eq|ne|lt|le|gt|ge) {_VALUE}"
    rf"|{_FIELD} in \({_VALUE}(, {_VALUE})+\)"
    rf"|(contains|startswith|endswith)\({_FIELD}, {_TEXT}\))"
)

_GROUP = rf"\({_TERM}( (and|or) {_TERM})+\)"
_PART = f"(not )?({_TERM}|{_GROUP})"

FILTER_PATTERN = f"^{_PART}( (and|or) {_PART})*$"
