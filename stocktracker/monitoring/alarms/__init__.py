"""What is wrong with the deployment: rules, what they see, when it began and ended, and who is told."""
