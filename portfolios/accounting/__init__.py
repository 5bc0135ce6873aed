"""The ledger in Decimal: lots, cost basis, cash; knows no Django."""
