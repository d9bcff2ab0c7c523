"""What a sync is to change, table by table, without changing it."""
