"""The floor of the house: scoping, pages, forms, tables, sheets, events. Knows no app."""
