"""How long things take and how often they happen, counted in every process and added up in Redis."""
