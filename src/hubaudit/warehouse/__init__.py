"""queries/ to tables: the order is read from the SQL, the build is all or nothing."""
