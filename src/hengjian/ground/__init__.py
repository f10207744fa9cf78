"""What every stop stands on: kit, policy, people, audit, procedure, then documents, ui and warehouse."""
