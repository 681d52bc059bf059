package engine

// DocumentOutcome is what became of one document of a run.
type DocumentOutcome string

// Outcomes.
const (
	// Uploaded: it was carried for the first time.
	Uploaded DocumentOutcome = "uploaded"
	// NewVersionUploaded: a newer version of it was carried.
	NewVersionUploaded DocumentOutcome = "new_version"
	// Adopted: it was found standing in Luminance, and nothing was sent.
	Adopted DocumentOutcome = "adopted"
	// Failed: it could not be carried; it is tried again.
	Failed DocumentOutcome = "failed"
	// Skipped: it turned out to be one that is left out.
	Skipped DocumentOutcome = "skipped"
)

// DocumentOutcomes are all of them.
func DocumentOutcomes() []DocumentOutcome {
	return []DocumentOutcome{Uploaded, NewVersionUploaded, Adopted, Failed, Skipped}
}
