package findings

// MediaTypeLines is the media type of a long answer: one JSON object a line (NDJSON), each a Line.
const MediaTypeLines = "application/x-ndjson"

// Line of a long answer. Exactly one field of it is set. The last line is an End, or an Error: an answer without either was
// cut off.
type Line struct {
	Plan         *Plan          `json:"plan,omitempty"`
	Action       *PlannedAction `json:"action,omitempty"`
	Register     *Register      `json:"register,omitempty"`
	Document     *Document      `json:"document,omitempty"`
	Difference   *Difference    `json:"difference,omitempty"`
	Verification *Verification  `json:"verification,omitempty"`
	// Waiting comes now and then while there is nothing to tell.
	Waiting bool   `json:"waiting,omitempty"`
	Error   *Error `json:"error,omitempty"`
	End     bool   `json:"end,omitempty"`
}
