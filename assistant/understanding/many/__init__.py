"""Questions over many sheets: filters, rankings, counts, sums, groups and what is set side by side."""
