"""What every report renders. Knows no check."""
