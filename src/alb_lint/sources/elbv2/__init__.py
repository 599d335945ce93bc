"""The API's own JSON shape → the model. What every source translates into first."""
