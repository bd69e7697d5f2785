"""Tables of concepts: what the workbook, the plain table and mapped inventories share. It is no format itself."""
