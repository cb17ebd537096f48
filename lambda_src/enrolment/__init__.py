"""The enrolment function: from a photograph of a person to a template, or to the reason why not."""
