package inspect

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// scene is one document that was carried to /Deal/A, and is what it was on all three sides.
type scene struct {
	record   *ledger.Record
	listed   []engine.Document
	there    []luminance.Document
	former   []ledger.FormerPlace
	policy   engine.Policy
	problems []engine.Problem
	cut      string
}

func newScene() *scene {
	return &scene{
		record: &ledger.Record{DocumentID: 7, Folder: "A", Name: "a.pdf", SourcePath: "Contracts/A/a.pdf", Standing: &ledger.Standing{
			Hash: "h1", Size: 10, Version: 1, LuminanceID: 70, LuminanceVersion: "1", UploadedAt: time.Unix(1, 0), CarriedPath: "Contracts/A/a.pdf",
		}},
		listed: []engine.Document{{ID: 7, FolderID: 2, Path: "A/a.pdf", SourcePath: "Contracts/A/a.pdf", Name: "a.pdf", Size: 10, Hash: "h1", Version: 1}},
		there:  []luminance.Document{{ID: 70, FolderID: 11, Name: "a.pdf", Version: "1"}},
	}
}

// differences are what a comparison tells, by kind.
func (s *scene) differences(t *testing.T) map[findings.DifferenceKind]findings.Difference {
	t.Helper()
	books := engine.Books{Records: map[int64]*ledger.Record{}, Names: map[int64]ledger.FolderName{}, Former: s.former}
	if s.record != nil {
		books.Records[7] = s.record
	}
	snapshot := &engine.Snapshot{Folders: []engine.Folder{{ID: 1}, {ID: 2, ParentID: 1, Name: "A", Path: "A"}}, Documents: s.listed, Elsewhere: map[int64]string{}}
	plan := engine.MakePlan(snapshot, books, s.policy, time.Unix(100, 0))
	c := &comparison{
		sync:     &v1alpha1.FolderSync{Spec: v1alpha1.FolderSyncSpec{Destination: v1alpha1.Destination{Folder: "/Deal"}}},
		forecast: &engine.Forecast{Snapshot: snapshot, Books: books, Plan: plan, Problems: append(plan.Problems, s.problems...)},
		standing: &standing{folders: map[int64]string{10: "/Deal", 11: "/Deal/A", 12: "/Elsewhere"}, byID: map[int64]*luminance.Document{}, byPlace: map[place]*luminance.Document{}, cut: s.cut},
	}
	NewWithT(t).Expect(c.standing.read(func(yield func(luminance.Document, error) bool) {
		for _, d := range s.there {
			if !yield(d, nil) {
				return
			}
		}
	}, map[int64]bool{10: true, 11: true}, map[int64]bool{70: true})).To(Succeed())
	found := map[findings.DifferenceKind]findings.Difference{}
	NewWithT(t).Expect(c.run(func(d findings.Difference) error {
		found[d.Kind] = d
		return nil
	})).To(Succeed())
	if len(found) == 0 && s.record != nil && s.record.Standing != nil {
		NewWithT(t).Expect(c.agreed).To(ConsistOf(s.record))
	}
	return found
}

func TestWhatAComparisonFinds(t *testing.T) {
	gone := func(s *scene) { s.listed = nil }
	for _, tt := range []struct {
		name   string
		change func(*scene)
		kinds  []findings.DifferenceKind
	}{
		{"nothing", func(*scene) {}, nil},
		{"an id that Luminance never told", func(s *scene) { s.record.Standing.LuminanceID, s.record.Standing.LuminanceVersion = 0, "" }, nil},
		{"an older version beside it", func(s *scene) {
			s.there = append(s.there, luminance.Document{ID: 69, FolderID: 11, Name: "a.pdf", VersionState: luminance.VersionReplaced})
		}, nil},
		{"a part that Luminance took out of a document", func(s *scene) {
			s.there = append(s.there, luminance.Document{ID: 71, FolderID: 11, ParentID: 70, Name: "attachment.pdf"})
		}, nil},
		{"an older copy under another name", func(s *scene) {
			s.former = []ledger.FormerPlace{{Folder: "A", Name: "old.pdf", DocumentID: 7, LuminanceID: 68}}
			s.there = append(s.there, luminance.Document{ID: 68, FolderID: 11, Name: "old.pdf"})
		}, nil},
		{"deleted in Luminance", func(s *scene) { s.there = nil }, []findings.DifferenceKind{findings.MissingInLuminance}},
		{"not in a list that may be cut", func(s *scene) { s.there, s.cut = nil, "perhaps" }, []findings.DifferenceKind{findings.NotComparable}},
		{"replaced in Luminance", func(s *scene) { s.there[0].Version = "2" }, []findings.DifferenceKind{findings.ReplacedInLuminance}},
		{"another in its place", func(s *scene) { s.there[0].ID = 99 }, []findings.DifferenceKind{findings.ReplacedInLuminance}},
		{"renamed in Luminance", func(s *scene) { s.there[0].Name = "b.pdf" }, []findings.DifferenceKind{findings.MovedInLuminance}},
		{"moved in Luminance", func(s *scene) { s.there[0].FolderID = 12 }, []findings.DifferenceKind{findings.MovedInLuminance}},
		{"a stranger beside it", func(s *scene) { s.there = append(s.there, luminance.Document{ID: 99, FolderID: 10, Name: "mine.pdf"}) }, []findings.DifferenceKind{findings.UnknownInLuminance}},
		{"a stranger elsewhere", func(s *scene) { s.there = append(s.there, luminance.Document{ID: 99, FolderID: 12, Name: "mine.pdf"}) }, nil},
		{"the ledger lost", func(s *scene) { s.record = nil }, []findings.DifferenceKind{findings.NotCarried, findings.UnknownInLuminance}},
		{"gone from the exchange", gone, []findings.DifferenceKind{findings.GoneFromExchange}},
		{"a new version", func(s *scene) { s.listed[0].Hash, s.listed[0].Version = "h2", 2 }, []findings.DifferenceKind{findings.OlderVersion}},
		{"protected since", func(s *scene) { s.listed[0].Protected = true }, []findings.DifferenceKind{findings.OlderVersion}},
		{"left out", func(s *scene) { s.record, s.there, s.listed[0].Placeholder = nil, nil, true }, []findings.DifferenceKind{findings.LeftOut}},
		{"not carried yet", func(s *scene) { s.record, s.there = nil, nil }, []findings.DifferenceKind{findings.NotCarried}},
		{"failed", func(s *scene) {
			s.record, s.there = nil, nil
			s.problems = []engine.Problem{{DocumentID: 7, Reason: string(v1alpha1.DownloadFailedProblem), Message: "why"}}
		}, []findings.DifferenceKind{findings.NotCarried}},
		{"could not be analysed", func(s *scene) { s.record.Standing.Import.State = ledger.ImportFailed }, nil},
		{"both sides", func(s *scene) { gone(s); s.there = nil }, []findings.DifferenceKind{findings.GoneFromExchange, findings.MissingInLuminance}},
		{"renamed in the exchange, and carried again", func(s *scene) {
			s.policy.CopyRenamed, s.listed[0].Name, s.listed[0].SourcePath = true, "b.pdf", "Contracts/A/b.pdf"
		}, []findings.DifferenceKind{findings.NotCarried}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newScene()
			tt.change(s)
			found := s.differences(t)
			g.Expect(found).To(HaveLen(len(tt.kinds)))
			for _, kind := range tt.kinds {
				g.Expect(found).To(HaveKeyWithValue(kind, HaveField("Message", Not(BeEmpty()))))
			}
		})
	}
}

func TestADifferenceSaysWhere(t *testing.T) {
	s := newScene()
	s.there = nil
	NewWithT(t).Expect(s.differences(t)[findings.MissingInLuminance]).To(And(
		HaveField("DocumentID", int64(7)), HaveField("Source", "/Contracts/A/a.pdf"), HaveField("Target", "/Deal/A/a.pdf"), HaveField("LuminanceID", int64(70))))
}
