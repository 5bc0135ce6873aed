"""How a symbol is written: as Yahoo writes it, in capitals."""

import re

SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.\-=^]{0,31}")
