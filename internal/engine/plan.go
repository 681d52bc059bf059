package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// Policy is what the user chose.
type Policy struct {
	Filter Filter
	// MaxFileSize in bytes; 0 is no limit.
	MaxFileSize int64
	// IgnoreNewVersions leaves the version that arrived first.
	IgnoreNewVersions bool
	// UploadProtected carries documents under rights management as they are handed out.
	UploadProtected bool
	// UploadWatermarked carries what differs from the listing as a watermark makes it differ.
	UploadWatermarked bool
	// CopyRenamed carries a document that was renamed or moved once more, under its new name and place.
	CopyRenamed bool
	// RetryNow tries also what failed for good, because somebody asked for it.
	RetryNow bool
}

// ActionKind is what an Action does.
type ActionKind string

// Kinds of actions.
const (
	UploadAction     ActionKind = "Upload"
	NewVersionAction ActionKind = "NewVersion"
)

// Action carries one document.
type Action struct {
	Kind     ActionKind
	Document *Document
	// Folder and Name below the destination folder.
	Folder, Name string
	// Target is the whole path from the Division's root, for a person to read; of a dry run only.
	Target string
	// Previous is what stands there, for a new version.
	Previous *ledger.Standing
	// Failed is the last failure of this very version, where there was one.
	Failed *ledger.Failure

	// copies: it stands elsewhere, and what stands there stays.
	copies bool
	// stood is the size of what the ledger knows to stand of it, in bytes.
	stood int64
	// aside: another document stands under its plain name, so its name holds its id.
	aside bool
	// adopted: it was found standing, so nothing was carried.
	adopted bool
	// unsettled: an attempt was made of which nothing was found yet, and may be later.
	unsettled bool
	// folderID is the Division's folder that it is being sent to; 0 where that isn't known.
	folderID int64
}

// Books are what the ledger knows of the pair.
type Books struct {
	Records map[int64]*ledger.Record
	// Names of the source's folders, by their ids.
	Names map[int64]ledger.FolderName
	// Former places, where documents still stand that were carried again elsewhere.
	Former []ledger.FormerPlace
}

// Plan is what a run does.
type Plan struct {
	// Actions in the order in which they are begun.
	Actions []Action
	// Folders that the actions need, below the destination folder, parents first; "" is that folder itself.
	Folders []string
	// FolderNames to record before anything is sent.
	FolderNames []ledger.FolderName
	// Sightings to record before anything is sent: where the listing has what the ledger knows.
	Sightings []ledger.Sighting
	// Counts before the actions are applied: what they carry is pending.
	Counts Counts
	// StandingBytes is the size of what stands in Luminance of this source.
	StandingBytes int64
	// Bytes that the actions carry.
	Bytes int64
	// Problems that are known before anything is sent.
	Problems []Problem
}

// MakePlan holds a snapshot against the ledger. It is a pure function: the same input gives the same plan,
// for a dry run and for the run that follows it.
func MakePlan(snapshot *Snapshot, books Books, policy Policy, now time.Time) *Plan {
	p := planner{policy: policy, now: now, plan: &Plan{}}
	p.placement = newPlacement(snapshot.Folders, books)
	for i := range snapshot.Documents {
		p.consider(&snapshot.Documents[i], books.Records[snapshot.Documents[i].ID])
	}
	p.plan.FolderNames = p.placement.changed
	p.plan.Sightings = sightings(snapshot, books.Records, now)
	p.plan.Counts.Listed = int64(len(snapshot.Documents))
	p.plan.Counts.Retained = retained(snapshot, books)
	slices.SortStableFunc(p.plan.Actions, func(a, b Action) int {
		return cmp.Or(strings.Compare(a.Folder, b.Folder), cmp.Compare(a.Document.ID, b.Document.ID))
	})
	p.plan.Folders = foldersOf(p.plan.Actions)
	return p.plan
}

type planner struct {
	policy    Policy
	now       time.Time
	plan      *Plan
	placement *placement
}

// consider decides what happens to one document.
func (p *planner) consider(d *Document, record *ledger.Record) {
	if record == nil {
		record = &ledger.Record{DocumentID: d.ID}
	}
	if record.Standing != nil {
		p.plan.StandingBytes += record.Standing.Size
		if !d.Orphaned && p.placement.moved(d, record) {
			p.plan.Counts.Moved++
		}
	}
	if d.Orphaned {
		p.plan.Counts.Failed++
		p.problem(d, v1alpha1.OrphanedProblem, "its folder is missing from Intralinks' listing, so it can't be told whether it belongs here; "+
			"if this stays, ask the exchange's manager to move the document into a folder that the account can see")
		return
	}
	if reason, message := p.skip(d); reason != "" {
		p.plan.Counts.Skipped++
		if reason != v1alpha1.ExcludedProblem {
			p.problem(d, reason, message)
		}
		return
	}
	if record.Standing != nil && p.settled(d, record) {
		return
	}
	if f := p.waiting(d, record); f != nil {
		p.plan.Counts.Failed++
		p.problem(d, v1alpha1.ProblemReason(f.Reason), f.Message)
		return
	}
	p.act(d, record)
}

// skip tells whether a document is left out, and why.
func (p *planner) skip(d *Document) (v1alpha1.ProblemReason, string) {
	switch {
	case !p.policy.Filter.Match(d.Path):
		return v1alpha1.ExcludedProblem, ""
	case d.Placeholder:
		return v1alpha1.PlaceholderProblem, "it has no file yet; it crosses once somebody adds one in Intralinks"
	case d.Protected && !p.policy.UploadProtected:
		return v1alpha1.ProtectedProblem, "it is encrypted under rights management, which Luminance can't read; ask the exchange's manager to lift the protection for this account"
	case p.policy.MaxFileSize > 0 && d.Size > p.policy.MaxFileSize:
		return v1alpha1.TooLargeProblem, "it is larger than spec.source.maxFileSize"
	}
	return "", ""
}

// waiting gives the failure of this very version that isn't worth another try yet. A document that was renamed or
// moved since is: its name may have been the trouble.
func (p *planner) waiting(d *Document, record *ledger.Record) *ledger.Failure {
	f := record.Failure
	if f == nil || f.Hash != d.Hash || p.policy.RetryNow || !f.RetryAt.After(p.now) {
		return nil
	}
	if record.SourcePath != "" && record.SourcePath != d.SourcePath {
		return nil
	}
	return f
}

func (p *planner) act(d *Document, record *ledger.Record) {
	action := Action{Kind: UploadAction, Document: d, Previous: record.Standing}
	if record.Failure != nil && record.Failure.Hash == d.Hash {
		action.Failed = record.Failure
	}
	switch {
	case record.Standing == nil:
		action.Folder, action.Name = p.placement.place(d)
	case p.copies(d, record):
		action.copies, action.stood = true, record.Standing.Size
		action.Folder, action.Name = p.placement.place(d)
	default:
		// A new version goes where the first one stands, wherever the source has moved it since.
		action.Kind, action.Folder, action.Name, action.stood = NewVersionAction, record.Folder, record.Name, record.Standing.Size
	}
	p.plan.Actions = append(p.plan.Actions, action)
	p.plan.Bytes += d.Size
	p.plan.Counts.Pending++
}

func (p *planner) problem(d *Document, reason v1alpha1.ProblemReason, message string) {
	p.plan.Problems = append(p.plan.Problems, Problem{DocumentID: d.ID, Name: d.Path, Reason: string(reason), Message: message})
}

// settled tells whether a document that stands needs nothing, and counts it.
func (p *planner) settled(d *Document, record *ledger.Record) bool {
	if !p.policy.IgnoreNewVersions && !sameContent(d, record.Standing) || p.copies(d, record) {
		return false
	}
	if record.Standing.Import.State == ledger.ImportFailed {
		p.plan.Counts.Failed++
		p.problem(d, v1alpha1.ImportFailedProblem, importFailed(record.Standing.Import.Tags))
		return true
	}
	p.plan.Counts.Synced++
	return true
}

// copies tells whether a document is to be carried once more because it was renamed or moved.
func (p *planner) copies(d *Document, record *ledger.Record) bool {
	return p.policy.CopyRenamed && p.placement.moved(d, record)
}

// sameContent holds the listing against what stands in Luminance. The hash decides; where the listing has
// none, size and versionNumber do. Modification times have a resolution of a second and change with the
// name, so they say nothing.
func sameContent(d *Document, s *ledger.Standing) bool {
	if d.Hash != "" && s.Hash != "" {
		return d.Hash == s.Hash
	}
	return d.Size == s.Size && d.Version == s.Version
}

// foldersOf lists the folders that actions need, with their parents, parents first. A folder without a
// document to carry is not created: it would cost a request and hold nothing to review.
func foldersOf(actions []Action) []string {
	needed := map[string]bool{}
	for _, a := range actions {
		for folder := a.Folder; ; {
			if needed[folder] {
				break
			}
			needed[folder] = true
			if folder == "" {
				break
			}
			folder = parentOf(folder)
		}
	}
	folders := make([]string, 0, len(needed))
	for folder := range needed {
		folders = append(folders, folder)
	}
	slices.Sort(folders) // a parent is a prefix of its children, so it sorts before them
	return folders
}

func parentOf(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return ""
}
