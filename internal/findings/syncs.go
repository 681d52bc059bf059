package findings

import "time"

// Query narrows and pages a list.
type Query struct {
	// Search keeps what holds this text in a path, an id or a reason; upper and lower case are not told apart.
	Search string
	// Reason keeps the problems of one reason.
	Reason string
	// After is the Next of the page before; empty begins.
	After string
	// Limit is the most that a page holds; 0 is DefaultLimit, and more than MaxLimit is MaxLimit.
	Limit int
}

// Sizes of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is what Query.After takes for the page behind; empty on the last.
	Next string `json:"next,omitempty"`
	// Total counts what matches on all pages; -1 where that wasn't counted.
	Total int64 `json:"total"`
	// Warning says what a reader should know of the list, such as that it may not be whole.
	Warning string `json:"warning,omitempty"`
}

// PlannedAction is one thing that the next run would do.
type PlannedAction struct {
	// Action is CreateFolder, Upload or NewVersion.
	Action string `json:"action"`
	// DocumentID and Source, its path from the exchange's root; none for a folder.
	DocumentID int64  `json:"documentID,omitempty"`
	Source     string `json:"source,omitempty"`
	// Target from the Division's root.
	Target string `json:"target"`
	Bytes  int64  `json:"bytes,omitempty"`
	// Version that is carried.
	Version int64 `json:"version,omitempty"`
	// Retry is the reason for which this version couldn't be carried before.
	Retry string `json:"retry,omitempty"`
}

// Counts of the documents of the source folder; see FolderSync.status.documents.
type Counts struct {
	Listed   int64 `json:"listed"`
	Synced   int64 `json:"synced"`
	Pending  int64 `json:"pending"`
	Failed   int64 `json:"failed"`
	Skipped  int64 `json:"skipped"`
	Retained int64 `json:"retained"`
	Moved    int64 `json:"moved"`
}

// Plan is what the next run would do, as far as the listing and the ledger tell. It costs no request to Luminance, so what
// others have put there meanwhile shows only when the run gets there.
type Plan struct {
	Time     time.Time `json:"time"`
	Exchange Reference `json:"exchange"`
	Division Reference `json:"division"`
	Counts   Counts    `json:"counts"`
	// CreateFolders, Upload and NewVersions count the actions; Bytes is what crosses.
	CreateFolders int64 `json:"createFolders"`
	Upload        int64 `json:"upload"`
	NewVersions   int64 `json:"newVersions"`
	Bytes         int64 `json:"bytes"`
	// Requests to Luminance that it costs, about, and when they are through if the run began now. Its transfers may take
	// longer.
	Requests            int64     `json:"requests"`
	EstimatedCompletion time.Time `json:"estimatedCompletion"`
	// ProblemCount is how many documents wouldn't cross.
	ProblemCount int64 `json:"problemCount"`
	// Running: a run is on, and what it has under way is still in this plan.
	Running bool `json:"running,omitempty"`
	// Warnings are for a person to know, such as that nothing would run while the sync is suspended.
	Warnings []string `json:"warnings,omitempty"`
	// Actions in the order in which they are begun, folders first.
	Actions []PlannedAction `json:"actions,omitempty"`
}

// Problem is a document that did not cross.
type Problem struct {
	DocumentID int64 `json:"documentID"`
	// Path below the source folder.
	Path string `json:"path"`
	// Reason and Message are those of FolderSync.status.problems; Advice is what to do about the reason in general.
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Advice  string `json:"advice"`
	// Bytes and Version of the document.
	Bytes   int64 `json:"bytes"`
	Version int64 `json:"version"`
	// FailedAt, Attempts and RetryAt are known of what was tried: zero for what is left out. RetryAt is zero, too, where it
	// is tried at the next run.
	FailedAt time.Time `json:"failedAt,omitzero"`
	Attempts int64     `json:"attempts,omitempty"`
	RetryAt  time.Time `json:"retryAt,omitzero"`
}

// Document is a row of the register: what was carried, and what became of it.
type Document struct {
	// ID that Intralinks gave.
	ID int64 `json:"id"`
	// Path from the exchange's root at the last listing that held it; CarriedPath where it was when it was carried.
	Path        string `json:"path"`
	CarriedPath string `json:"carriedPath,omitempty"`
	// Version is Intralinks' number; 0 or less where it isn't known.
	Version int64 `json:"version"`
	// SHA1 of the content, in hex; empty where it isn't known. Bytes is its size.
	SHA1  string `json:"sha1"`
	Bytes int64  `json:"bytes"`
	// LuminanceID and LuminanceVersion are what Luminance calls it; 0 and empty where it didn't tell.
	LuminanceID      int64  `json:"luminanceID,omitempty"`
	LuminanceVersion string `json:"luminanceVersion,omitempty"`
	// Folder and Name in Luminance; Folder from the Division's root.
	Folder string `json:"folder"`
	Name   string `json:"name"`
	// UploadedAt is when it was carried.
	UploadedAt time.Time `json:"uploadedAt"`
	// GoneAt is when a listing of the exchange first lacked it; zero while it is listed.
	GoneAt time.Time `json:"goneAt,omitzero"`
	// Import is what Luminance's analysis came to: complete, failed, unknown; empty while it goes on. ImportTags are the
	// kinds of trouble that it noted.
	Import     string   `json:"import,omitempty"`
	ImportTags []string `json:"importTags,omitempty"`
}

// Register is what all rows of it have in common.
type Register struct {
	Exchange Reference `json:"exchange"`
	Division Reference `json:"division"`
	Instance string    `json:"instance"`
	// Folder of the Division that receives the documents.
	Folder string `json:"folder"`
}

// DifferenceKind says where two of ledger, exchange and Luminance disagree.
type DifferenceKind string

// Kinds of differences.
const (
	// MissingInLuminance: the ledger has it as carried, and it isn't in the Division any more.
	MissingInLuminance DifferenceKind = "MissingInLuminance"
	// ReplacedInLuminance: another document or version stands there than the ledger knows.
	ReplacedInLuminance DifferenceKind = "ReplacedInLuminance"
	// MovedInLuminance: it stands in another folder or under another name than it was carried to.
	MovedInLuminance DifferenceKind = "MovedInLuminance"
	// UnknownInLuminance: it stands below the destination folder, and the ledger knows nothing of it.
	UnknownInLuminance DifferenceKind = "UnknownInLuminance"
	// NotCarried: the exchange has it, it isn't left out, and the ledger doesn't have it as carried.
	NotCarried DifferenceKind = "NotCarried"
	// LeftOut: the exchange has it, and it doesn't cross for a reason that the message gives.
	LeftOut DifferenceKind = "LeftOut"
	// OlderVersion: the exchange has other content by now than what was carried.
	OlderVersion DifferenceKind = "OlderVersion"
	// GoneFromExchange: it was carried, and the source folder doesn't have it any more. It stays in Luminance.
	GoneFromExchange DifferenceKind = "GoneFromExchange"
	// ContentDiffers: what Luminance hands out is not what was carried.
	ContentDiffers DifferenceKind = "ContentDiffers"
	// NotComparable: the bytes of a sample could not be compared, for a reason that the message gives.
	NotComparable DifferenceKind = "NotComparable"
)

// Expected tells whether a kind comes about as the sync works, without anything being wrong.
func (k DifferenceKind) Expected() bool {
	switch k {
	case LeftOut, GoneFromExchange, NotCarried, OlderVersion:
		return true
	}
	return false
}

// Difference between ledger, exchange and Luminance.
type Difference struct {
	Kind DifferenceKind `json:"kind"`
	// DocumentID that Intralinks gave; 0 where it isn't known.
	DocumentID int64 `json:"documentID,omitempty"`
	// Source is its path from the exchange's root; Target from the Division's.
	Source      string `json:"source,omitempty"`
	Target      string `json:"target,omitempty"`
	LuminanceID int64  `json:"luminanceID,omitempty"`
	// Message says what is there and what to do.
	Message string `json:"message"`
}

// VerifyCost is what a verification costs.
type VerifyCost struct {
	// Requests to Luminance, about; EstimatedCompletion is when they are through if it began now.
	Requests            int64     `json:"requests"`
	EstimatedCompletion time.Time `json:"estimatedCompletion"`
	// Downloads of documents among them, with DownloadBytes.
	Downloads     int64 `json:"downloads"`
	DownloadBytes int64 `json:"downloadBytes"`
	// Records is how many documents the ledger has as carried.
	Records int64 `json:"records"`
}

// Verification sums up what was held against each other.
type Verification struct {
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Carried by the ledger, Listed by the exchange, Standing below the destination folder.
	Carried  int64 `json:"carried"`
	Listed   int64 `json:"listed"`
	Standing int64 `json:"standing"`
	// Agreed: the ledger, the exchange and Luminance say the same of them.
	Agreed int64 `json:"agreed"`
	// Compared bytes of so many documents.
	Compared int64 `json:"compared"`
	// Differences by kind; Unexpected counts those that a person should look into.
	Differences map[DifferenceKind]int64 `json:"differences"`
	Unexpected  int64                    `json:"unexpected"`
	// Requests that it sent to Luminance.
	Requests int64 `json:"requests"`
	// Incomplete says why something can't be told; empty where all was.
	Incomplete string `json:"incomplete,omitempty"`
}
