"""Names of the loaded data in a question: 府省庁, projects, recipients, rows and values of boxes."""
