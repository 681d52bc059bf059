package findings

import "dataroom.dev/intralinks-operator/api/v1alpha1"

// adviceOn a reason is what to do about it, whichever document it is about.
var adviceOn = map[v1alpha1.ProblemReason]string{
	v1alpha1.ProtectedProblem:      "Ask the exchange's manager to lift the protection for this account, or set spec.protectedDocuments to Upload to carry the encrypted file.",
	v1alpha1.PlaceholderProblem:    "Nothing: it crosses once somebody adds a file in Intralinks.",
	v1alpha1.TooLargeProblem:       "Raise or remove spec.source.maxFileSize, or carry it by hand.",
	v1alpha1.NameConflictProblem:   "Rename or move what a person put there in Luminance, or rename the document in Intralinks.",
	v1alpha1.HashMismatchProblem:   "If the exchange stamps watermarks, set spec.watermarkedDocuments to Upload; else ask its manager to upload the document again.",
	v1alpha1.DownloadFailedProblem: "Open the document in Intralinks with the operator's account; if that fails too, ask the exchange's manager. It is tried again.",
	v1alpha1.UploadRejectedProblem: "Look at the message of Luminance; the type or size of the file may not be allowed there. It is tried again.",
	v1alpha1.ImportFailedProblem:   "Open the document in Luminance: it is there, and could not be analysed. Mend it in Intralinks as a new version, or by hand in Luminance.",
	v1alpha1.BeingEditedProblem:    "Ask whoever has it checked out in Luminance to check it in; the new version follows by itself.",
	v1alpha1.OrphanedProblem:       "Ask the exchange's manager to move it into a folder that the operator's account can see.",
}

// Advice on a document's reason; empty for a reason that isn't known.
func Advice(reason string) string { return adviceOn[v1alpha1.ProblemReason(reason)] }
