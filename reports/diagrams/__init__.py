"""Draw workflows and case timelines as SVG or Mermaid."""
