package ledger_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

const document = 12400000038

var (
	intent1   = ledger.Intent{Hash: "nBGK3t2T2z7FmrdX9VeRMw1/eds=", Size: 1 << 33, Version: 1, At: start}
	intent2   = ledger.Intent{Hash: "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", Size: 17, Version: 2, At: start.Add(time.Hour)}
	standing1 = ledger.Standing{Hash: intent1.Hash, Size: intent1.Size, Version: 1, LuminanceID: 55, LuminanceVersion: "v-1", UploadedAt: start.Add(time.Minute)}
	standing2 = ledger.Standing{Hash: intent2.Hash, Size: intent2.Size, Version: 2, LuminanceID: 55, LuminanceVersion: "v-2", UploadedAt: start.Add(2 * time.Hour)}
	failure1  = ledger.Failure{Hash: intent1.Hash, Reason: "DownloadFailed", Message: "it broke off", At: start.Add(time.Minute), Attempts: 3}
)

// TestTheLifeOfADocument tells what its record holds after each step, also for a process that starts then.
func TestTheLifeOfADocument(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	record := ledger.Record{DocumentID: document, Folder: "Leases/2024", Name: "Договор ‹1›.pdf"}
	shows := func(what string, change func(*ledger.Record)) {
		t.Helper()
		t.Log(what)
		change(&record)
		b.shows(map[int64]*ledger.Record{document: &record})
	}
	b.shows(map[int64]*ledger.Record{})

	b.must(b.Begin(ctx, document, to(record.Folder, record.Name, intent1)))
	shows("an upload is about to begin", func(r *ledger.Record) { r.Intent = at(r.Folder, r.Name, intent1) })

	b.must(b.Fail(ctx, document, record.Folder, record.Name, failure1))
	shows("it failed; what landed is not known", func(r *ledger.Record) { r.Failure = &failure1 })

	b.must(b.Abandon(ctx, document))
	shows("nothing has landed", func(r *ledger.Record) { r.Intent = nil })

	b.must(b.Begin(ctx, document, to("Leases", "Договор.pdf", intent1)))
	shows("the next try, to another place", func(r *ledger.Record) {
		r.Folder, r.Name, r.Intent = "Leases", "Договор.pdf", at("Leases", "Договор.pdf", intent1)
	})

	b.must(b.Settle(ctx, document, standing1))
	shows("it stands", func(r *ledger.Record) { r.Standing, r.Intent, r.Failure = &standing1, nil, nil })

	b.must(b.Begin(ctx, document, to(record.Folder, record.Name, intent2)))
	shows("a new version is about to go; the old one stands", func(r *ledger.Record) { r.Intent = at(r.Folder, r.Name, intent2) })

	b.must(b.Abandon(ctx, document))
	shows("it did not land; the old one stands", func(r *ledger.Record) { r.Intent = nil })

	b.must(b.Begin(ctx, document, to(record.Folder, record.Name, intent2)))
	b.must(b.Settle(ctx, document, standing2))
	shows("the new version stands", func(r *ledger.Record) { r.Standing = &standing2 })
}

func TestAFailureBeforeAnythingWasSent(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	failure := ledger.Failure{Hash: "a", Reason: "HashMismatch", Message: "first", At: start, Attempts: 1, RetryAt: start.Add(24 * time.Hour)}
	b.must(b.Fail(ctx, document, "Leases", "a.pdf", failure))
	b.shows(map[int64]*ledger.Record{document: {DocumentID: document, Folder: "Leases", Name: "a.pdf", Failure: &failure}})

	again := ledger.Failure{Hash: "b", Reason: "DownloadFailed", Message: "second", At: start.Add(time.Hour), Attempts: 2}
	b.must(b.Fail(ctx, document, "Leases", "a.pdf", again))
	b.shows(map[int64]*ledger.Record{document: {DocumentID: document, Folder: "Leases", Name: "a.pdf", Failure: &again}})
}

func TestAFailureOfANewVersionLeavesTheOldOneWhereItStands(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	b.must(b.Begin(ctx, document, to("Leases", "a.pdf", intent1)))
	b.must(b.Settle(ctx, document, standing1))
	b.must(b.Fail(ctx, document, "elsewhere", "b.pdf", failure1))
	b.shows(map[int64]*ledger.Record{document: {
		DocumentID: document, Folder: "Leases", Name: "a.pdf", Standing: &standing1, Failure: &failure1,
	}})
}

func TestAnUploadWhoseIDLuminanceDidNotTellStandsAllTheSame(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	unnamed := ledger.Standing{UploadedAt: start}
	b.must(b.Begin(ctx, document, to("", "empty", ledger.Intent{At: start})))
	b.must(b.Settle(ctx, document, unnamed))
	b.shows(map[int64]*ledger.Record{document: {DocumentID: document, Name: "empty", Standing: &unnamed}})

	b.must(b.Identify(ctx, document, 55, "v-1"))
	b.shows(map[int64]*ledger.Record{document: {DocumentID: document, Name: "empty", Standing: &ledger.Standing{
		LuminanceID: 55, LuminanceVersion: "v-1", UploadedAt: start,
	}}})
}

func TestAnUploadThatNothingAnnouncedIsRefused(t *testing.T) {
	b := newBook(t)
	err := b.Settle(t.Context(), document, standing1)
	NewWithT(t).Expect(err).To(MatchError("ledger: record an upload: document 12400000038 has no open intent; one comes first"))
}

func TestAbandoningWhatWasNeverBegunChangesNothing(t *testing.T) {
	b := newBook(t)
	b.must(b.Abandon(t.Context(), document))
	b.shows(map[int64]*ledger.Record{})
}

func TestRecordsBelongToBothEnds(t *testing.T) {
	g := NewWithT(t)
	l := open(t, t.TempDir())
	ends := []ledger.Ends{
		heron,
		{ExchangeID: 7100025, Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: heron.Folder},
		{ExchangeID: heron.ExchangeID, Instance: "beta.app.luminance.com", DivisionID: heron.DivisionID, Folder: heron.Folder},
		{ExchangeID: heron.ExchangeID, Instance: heron.Instance, DivisionID: 13, Folder: heron.Folder},
		{ExchangeID: heron.ExchangeID, Instance: heron.Instance, DivisionID: heron.DivisionID, Folder: "/Project Heron/Contracts"},
	}
	for i, e := range ends {
		g.Expect(pair(t, l, e).Begin(t.Context(), int64(i), to("", "a.pdf", intent1))).To(Succeed())
	}
	for i, e := range ends {
		p := pair(t, l, e)
		g.Expect(p.Ends).To(Equal(e))
		records, err := p.Documents(t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(records).To(And(HaveLen(1), HaveKey(int64(i))), "%+v", e)
	}
}
