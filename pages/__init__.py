"""What people see. Never imports psycopg, requests or SQL: everything is the engine's."""
