"""What the template tags of the look are made of: words, drawings, charts, times. No HTML of pages."""
