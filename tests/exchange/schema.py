"""The published schema of the Model Exchange File Format, where it lies beside the checkout."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

XSD = Path(__file__).parents[3] / "shared" / "reference" / "xsd"
needs_schema = pytest.mark.skipif(not XSD.exists(), reason=f"the published schema is not at {XSD}")


class _Beside(etree.Resolver):
    """Finds the schema of xml:lang beside the others, not in the network."""

    def resolve(self, url: str | None, public_id: Any, context: Any) -> Any:
        return self.resolve_filename(str(XSD / "xml.xsd"), context) if url and url.endswith("/xml.xsd") else None


def schema_errors(data: bytes) -> list[str]:
    """What is wrong with a file by the schema, the first few."""
    parser = etree.XMLParser()
    parser.resolvers.add(_Beside())
    schema = etree.XMLSchema(etree.parse(str(XSD / "archimate3_Diagram.xsd"), parser))
    schema.validate(etree.fromstring(data, etree.XMLParser(huge_tree=True)))
    return [f"{each.line}: {each.message}" for each in list(schema.error_log)[:5]]
