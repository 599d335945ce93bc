"""Model → plan → proof → script. Proposes and proves; nothing here writes anywhere."""
