"""The checks: one module a rule, named after the defect, with a function ``check`` over linked facts."""
