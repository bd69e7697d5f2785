"""The filter language as a regular expression, for the OpenAPI document: with one level of brackets.

The library takes any depth; this tells generated clients and forms what a filter looks like.
"""

_NAME = "[a-z][a-z0-9_]{0,62}"
_FIELD = f"{_NAME}(/(amount|currency))?"
_TEXT = r"'([^'\x00]|''){0,200}'"
_DAY = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_VALUE = rf"({_TEXT}|-?[0-9]{{1,15}}(\.[0-9]{{1,6}})?|{_DAY}|true|false|null)"
_OPERAND = rf"({_FIELD}|(tolower|toupper|length)\({_FIELD}\))"
_COMPARISON = f"{_OPERAND} (eq|ne|lt|le|gt|ge) {_VALUE}"
_CHOICE = rf"{_FIELD} in \({_VALUE}(, {_VALUE}){{1,20}}\)"
_MATCH = rf"(contains|startswith|endswith)\({_FIELD}, {_TEXT}\)"
_TERM = f"(not )?({_COMPARISON}|{_CHOICE}|{_MATCH})"
_CHAIN = f"{_TERM}( (and|or) {_TERM}){{0,9}}"

FILTER_PATTERN = rf"^({_TERM}|(not )?\({_CHAIN}\))( (and|or) ({_TERM}|(not )?\({_CHAIN}\))){{0,4}}$"
