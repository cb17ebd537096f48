"""What people look at: annotated images, tables, drawings."""
