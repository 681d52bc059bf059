package engine_test

import (
	"math"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// verdict is what becomes of one document.
type verdict struct {
	counts  engine.Counts
	problem v1alpha1.ProblemReason
	action  engine.ActionKind
}

var (
	uploaded   = verdict{counts: engine.Counts{Pending: 1}, action: engine.UploadAction}
	newVersion = verdict{counts: engine.Counts{Pending: 1}, action: engine.NewVersionAction}
	synced     = verdict{counts: engine.Counts{Synced: 1}}
	excluded   = verdict{counts: engine.Counts{Skipped: 1}}
)

func skipped(reason v1alpha1.ProblemReason) verdict {
	return verdict{counts: engine.Counts{Skipped: 1}, problem: reason}
}

func failed(reason v1alpha1.ProblemReason) verdict {
	return verdict{counts: engine.Counts{Failed: 1}, problem: reason}
}

// stands is what the ledger holds of the one document of the table; a nil hash is unknown.
func stands(change func(*ledger.Standing)) *ledger.Record {
	record := standing(1, "", "a.pdf")
	change(record.Standing)
	return record
}

func asItWas(*ledger.Standing) {}

// thisMoment is a retry that is worth it from planTime on; 0 is one at any time.
const thisMoment = time.Duration(math.MaxInt64)

func failedOnce(hash string, retry time.Duration, record *ledger.Record) *ledger.Record {
	record.Failure = &ledger.Failure{Hash: hash, Reason: string(v1alpha1.HashMismatchProblem), Message: "kept words", At: planTime, Attempts: 1}
	switch retry {
	case 0:
	case thisMoment:
		record.Failure.RetryAt = planTime
	default:
		record.Failure.RetryAt = planTime.Add(retry)
	}
	return record
}

func TestWhatBecomesOfADocument(t *testing.T) {
	drafts, err := engine.NewFilter(nil, []string{"a.*"})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	none := func() *ledger.Record { return &ledger.Record{DocumentID: 1} }
	plain := func(*engine.Document) {}
	placeholder := func(d *engine.Document) { d.Placeholder, d.Size, d.Hash = true, 0, "" }
	protected := func(d *engine.Document) { d.Protected = true }
	orphaned := func(d *engine.Document) { d.Orphaned, d.FolderID = true, 999 }
	hash := func(hash string) func(*engine.Document) { return func(d *engine.Document) { d.Hash = hash } }

	for _, tt := range []struct {
		name     string
		document func(*engine.Document)
		record   *ledger.Record
		policy   engine.Policy
		verdict  verdict
	}{
		{"new", plain, nil, engine.Policy{}, uploaded},
		{"new, without a hash", hash(""), nil, engine.Policy{}, uploaded},
		{"new, of no bytes", func(d *engine.Document) { d.Size, d.Hash = 0, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, nil, engine.Policy{}, uploaded},
		{"new, restricted in a way that nobody documents", func(d *engine.Document) { d.Restricted = "NO_PRINT" }, nil, engine.Policy{}, uploaded},
		{"begun, and nothing landed", plain, none(), engine.Policy{}, uploaded},

		{"the same content", plain, stands(asItWas), engine.Policy{}, synced},
		{"the same content under another version number", func(d *engine.Document) { d.Version = 9 }, stands(asItWas), engine.Policy{}, synced},
		{"renamed", func(d *engine.Document) { d.Name, d.Path = "b.pdf", "b.pdf" }, stands(asItWas), engine.Policy{}, synced},
		{"other content", hash("h2"), stands(asItWas), engine.Policy{}, newVersion},
		{"other content of the same size and version", hash("h2"), stands(asItWas), engine.Policy{}, newVersion},
		{"no hash listed, the same size and version", hash(""), stands(asItWas), engine.Policy{}, synced},
		{"no hash listed, another size", func(d *engine.Document) { d.Hash, d.Size = "", 11 }, stands(asItWas), engine.Policy{}, newVersion},
		{"no hash listed, another version", func(d *engine.Document) { d.Hash, d.Version = "", 2 }, stands(asItWas), engine.Policy{}, newVersion},
		{"no hash known of what stands, the same version", plain, stands(func(s *ledger.Standing) { s.Hash = "" }), engine.Policy{}, synced},
		{"no hash known of what stands, another version", plain, stands(func(s *ledger.Standing) { s.Hash, s.Version = "", 0 }), engine.Policy{}, newVersion},
		{"other content, new versions ignored", hash("h2"), stands(asItWas), engine.Policy{IgnoreNewVersions: true}, synced},
		{"new, new versions ignored", plain, nil, engine.Policy{IgnoreNewVersions: true}, uploaded},

		{"excluded", plain, nil, engine.Policy{Filter: drafts}, excluded},
		{"excluded, and stands already", plain, stands(asItWas), engine.Policy{Filter: drafts}, excluded},
		{"excluded before it is anything else", placeholder, nil, engine.Policy{Filter: drafts}, excluded},
		{"a placeholder", placeholder, nil, engine.Policy{}, skipped(v1alpha1.PlaceholderProblem)},
		{"a placeholder that had content", placeholder, stands(asItWas), engine.Policy{}, skipped(v1alpha1.PlaceholderProblem)},
		{"protected", protected, nil, engine.Policy{}, skipped(v1alpha1.ProtectedProblem)},
		{"protected since", protected, stands(asItWas), engine.Policy{}, skipped(v1alpha1.ProtectedProblem)},
		{"protected, and wanted", protected, nil, engine.Policy{UploadProtected: true}, uploaded},
		{"as large as allowed", plain, nil, engine.Policy{MaxFileSize: 10}, uploaded},
		{"too large", plain, nil, engine.Policy{MaxFileSize: 9}, skipped(v1alpha1.TooLargeProblem)},

		{"failed, tried again at each run", plain, failedOnce("h1", 0, none()), engine.Policy{}, uploaded},
		{"failed for good, not yet time", plain, failedOnce("h1", time.Hour, none()), engine.Policy{}, failed(v1alpha1.HashMismatchProblem)},
		{"failed for good, it is time", plain, failedOnce("h1", -1, none()), engine.Policy{}, uploaded},
		{"failed for good, it is time this very moment", plain, failedOnce("h1", thisMoment, none()), engine.Policy{}, uploaded},
		{"failed for good, somebody asked", plain, failedOnce("h1", time.Hour, none()), engine.Policy{RetryNow: true}, uploaded},
		{"failed for good in another version", hash("h2"), failedOnce("h1", time.Hour, none()), engine.Policy{}, uploaded},
		{"a new version failed for good", hash("h2"), failedOnce("h2", time.Hour, stands(asItWas)), engine.Policy{}, failed(v1alpha1.HashMismatchProblem)},
		{"a new version failed, and the old one is back", plain, failedOnce("h2", time.Hour, stands(asItWas)), engine.Policy{}, synced},
		{"failed for good, and excluded since", plain, failedOnce("h1", time.Hour, none()), engine.Policy{Filter: drafts}, excluded},

		{"its folder is missing", orphaned, nil, engine.Policy{}, failed(v1alpha1.OrphanedProblem)},
		{"its folder is missing, whatever the filter says", orphaned, nil, engine.Policy{Filter: drafts}, failed(v1alpha1.OrphanedProblem)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			b := emptyBooks()
			if tt.record != nil {
				b.records[1] = tt.record
			}
			p := b.plan(inFolders(nil, with(doc(1, "a.pdf"), tt.document)), tt.policy)

			want := tt.verdict.counts
			want.Listed = 1
			g.Expect(p.Counts).To(Equal(want))
			if tt.verdict.problem == "" {
				g.Expect(p.Problems).To(BeEmpty())
			} else {
				g.Expect(p.Problems).To(HaveLen(1))
				g.Expect(p.Problems[0]).To(And(HaveField("Reason", string(tt.verdict.problem)), HaveField("DocumentID", int64(1)), HaveField("Message", Not(BeEmpty()))))
			}
			if tt.verdict.action == "" {
				g.Expect(p.Actions).To(BeEmpty())
				g.Expect(p.Folders).To(BeEmpty())
			} else {
				g.Expect(p.Actions).To(HaveLen(1))
				g.Expect(p.Actions[0].Kind).To(Equal(tt.verdict.action))
			}
		})
	}
}

func TestAWaitingFailureKeepsItsWords(t *testing.T) {
	b := emptyBooks()
	b.records[1] = failedOnce("h1", time.Hour, &ledger.Record{DocumentID: 1})
	NewWithT(t).Expect(b.plan(inFolders(nil, doc(1, "a.pdf")), engine.Policy{}).Problems).To(Equal([]engine.Problem{
		{DocumentID: 1, Name: "a.pdf", Reason: "HashMismatch", Message: "kept words"},
	}))
}

func TestAProblemSaysWhatToDo(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*engine.Document)
		advice string
	}{
		"placeholder": {func(d *engine.Document) { d.Placeholder = true }, "once somebody adds one in Intralinks"},
		"protected":   {func(d *engine.Document) { d.Protected = true }, "ask the exchange's manager to lift the protection"},
		"too large":   {func(d *engine.Document) { d.Size = 1000 }, "spec.source.maxFileSize"},
		"orphaned":    {func(d *engine.Document) { d.Orphaned = true }, "ask the exchange's manager to move the document"},
	} {
		t.Run(name, func(t *testing.T) {
			p := emptyBooks().plan(inFolders(nil, with(doc(1, "a.pdf"), tt.change)), engine.Policy{MaxFileSize: 999})
			NewWithT(t).Expect(p.Problems).To(ConsistOf(HaveField("Message", ContainSubstring(tt.advice))))
		})
	}
}

func TestAnActionKnowsWhatStandsAndWhatFailed(t *testing.T) {
	g := NewWithT(t)
	b := emptyBooks()
	b.records[1] = failedOnce("h2", 0, standing(1, "Old", "a.pdf"))
	b.records[2] = failedOnce("h1", 0, standing(2, "Old", "b.pdf"))
	changed := func(d *engine.Document) { d.Hash, d.Size = "h2", 30 }
	p := b.plan(inFolders(nil, with(doc(1, "a.pdf"), changed), with(doc(2, "b.pdf"), changed)), engine.Policy{})

	g.Expect(p.Actions).To(HaveLen(2))
	g.Expect(p.Actions[0].Previous).To(Equal(b.records[1].Standing))
	g.Expect(p.Actions[0].Failed).To(Equal(b.records[1].Failure), "the last failure of this version")
	g.Expect(p.Actions[1].Failed).To(BeNil(), "that one was of another version")
	g.Expect(p.Bytes).To(Equal(int64(60)))
	g.Expect(p.StandingBytes).To(Equal(int64(20)))
}

func TestANewVersionGoesWhereTheFirstOneStands(t *testing.T) {
	b := emptyBooks()
	b.records[1] = standing(1, "Old folder", "old name.pdf")
	moved := with(docIn(101, 1, "new name.pdf"), func(d *engine.Document) { d.Hash = "h2" })
	p := b.plan(inFolders([]string{"New folder"}, moved), engine.Policy{})
	NewWithT(t).Expect(places(p)).To(Equal(map[int64]string{1: "Old folder/old name.pdf"}))
	NewWithT(t).Expect(p.Folders).To(Equal([]string{"", "Old folder"}))
}

func TestActionsFollowTheFoldersAndThenTheIDs(t *testing.T) {
	p := emptyBooks().plan(inFolders([]string{"B", "A", "A/x"}, docIn(101, 1, "a"), docIn(103, 2, "b"), doc(3, "c"), docIn(102, 4, "d"), docIn(102, 5, "e")), engine.Policy{})
	var order []int64
	for _, a := range p.Actions {
		order = append(order, a.Document.ID)
	}
	NewWithT(t).Expect(order).To(Equal([]int64{3, 4, 5, 2, 1}))
}

func TestOnlyFoldersThatGetDocumentsAreNeeded(t *testing.T) {
	g := NewWithT(t)
	folders := []string{"Empty", "Deep", "Deep/er", "Deep/er/est", "Done", "Left out"}
	b := emptyBooks()
	b.records[2] = standing(2, "Done", "b")
	p := b.plan(inFolders(folders, docIn(104, 1, "a"), docIn(105, 2, "b"), with(docIn(106, 3, "c"), func(d *engine.Document) { d.Placeholder = true })), engine.Policy{})
	g.Expect(p.Folders).To(Equal([]string{"", "Deep", "Deep/er", "Deep/er/est"}), "with their parents, parents first")
	g.Expect(emptyBooks().plan(inFolders(folders), engine.Policy{}).Folders).To(BeEmpty())
}

func TestWhatIsGoneFromTheSourceIsRetained(t *testing.T) {
	g := NewWithT(t)
	b := emptyBooks()
	b.records[1], b.records[2], b.records[3] = standing(1, "", "a"), standing(2, "Gone", "b"), standing(3, "", "c")
	b.records[4] = failedOnce("h1", 0, &ledger.Record{DocumentID: 4}) // never stood
	b.records[5] = &ledger.Record{DocumentID: 5, Intent: &ledger.Intent{At: planTime}}
	p := b.plan(inFolders(nil, doc(1, "a"), with(doc(3, "c"), func(d *engine.Document) { d.Placeholder = true }), doc(6, "f")), engine.Policy{})
	g.Expect(p.Counts).To(Equal(engine.Counts{Listed: 3, Synced: 1, Skipped: 1, Pending: 1, Retained: 1}))
	g.Expect(b.plan(inFolders(nil), engine.Policy{}).Counts).To(Equal(engine.Counts{Retained: 3}), "an empty folder deletes nothing")
}
