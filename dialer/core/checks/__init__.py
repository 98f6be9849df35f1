"""How each kind of rule is judged; which rules bind a request is found in `applicable`."""
