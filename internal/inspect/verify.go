package inspect

import (
	"context"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// VerifyOptions say how thorough a verification is.
type VerifyOptions struct {
	// Download is how many documents, chosen at random, are downloaded from Luminance and held against their SHA-1.
	Download int
	// ByFolder lists each folder of the destination for itself, instead of the whole Division at once: for an instance that
	// cuts long lists. It costs a request a folder.
	ByFolder bool
}

// verification is one that is under way.
type verification struct {
	*Inspector
	sync     *v1alpha1.FolderSync
	link     *link
	options  VerifyOptions
	pair     *ledger.Pair
	requests atomic.Int64
}

// VerifyCost tells what a verification would cost, and costs nothing.
func (i *Inspector) VerifyCost(ctx context.Context, sync types.NamespacedName, o VerifyOptions) (*findings.VerifyCost, error) {
	v, err := i.verification(ctx, sync, o)
	if err != nil {
		return nil, err
	}
	return v.cost(ctx)
}

// Verify holds the ledger, the exchange's listing and the Division's against each other, and tells of each difference as it
// is found. It waits for its requests of the allowance.
func (i *Inspector) Verify(ctx context.Context, sync types.NamespacedName, o VerifyOptions, tell func(findings.Difference) error) (*findings.Verification, error) {
	v, err := i.verification(ctx, sync, o)
	if err != nil {
		return nil, err
	}
	found, err := v.verify(budget.WithCounter(asking(ctx, sync.Namespace), &v.requests), tell)
	return found, asError(err, i.Clock.Now())
}

func (i *Inspector) verification(ctx context.Context, name types.NamespacedName, o VerifyOptions) (*verification, error) {
	if o.Download < 0 || o.Download > MaxDownloads {
		return nil, findings.BadRequest("download: write a number from 0 to %d: each costs a request of the allowance", MaxDownloads)
	}
	sync, pair, err := i.pair(ctx, name)
	if err != nil {
		return nil, err
	}
	l, err := i.linkOf(ctx, sync, intralinksSide, luminanceSide)
	if err != nil {
		return nil, err
	}
	return &verification{Inspector: i, sync: sync, link: l, options: o, pair: pair}, nil
}

// MaxDownloads of one verification.
const MaxDownloads = 1000

// cost counts one list of folders and one of documents, or one for each folder, and the downloads.
func (v *verification) cost(ctx context.Context) (*findings.VerifyCost, error) {
	records, err := v.pair.Documents(ctx)
	if err != nil {
		return nil, asError(err, v.Clock.Now())
	}
	cost := &findings.VerifyCost{Requests: 2}
	folders, sizes := map[string]bool{}, int64(0)
	for _, r := range records {
		if r.Standing != nil {
			cost.Records++
			sizes += r.Standing.Size
			folders[r.Folder] = true
		}
	}
	if v.options.ByFolder {
		cost.Requests = 1 + int64(max(1, len(folders)))
	}
	if cost.Records > 0 {
		cost.Downloads = min(int64(v.options.Download), cost.Records)
		cost.DownloadBytes = sizes / cost.Records * cost.Downloads
	}
	cost.Requests += cost.Downloads
	cost.EstimatedCompletion = v.link.Budget.Estimate(claimant(v.sync.Namespace), int(cost.Requests))
	return cost, nil
}

func (v *verification) verify(ctx context.Context, tell func(findings.Difference) error) (*findings.Verification, error) {
	found := &findings.Verification{Started: v.Clock.Now(), Differences: map[findings.DifferenceKind]int64{}}
	count := func(d findings.Difference) error {
		found.Differences[d.Kind]++
		if !d.Kind.Expected() {
			found.Unexpected++
		}
		return tell(d)
	}
	job, err := v.job(v.sync, v.link)
	if err != nil {
		return nil, err
	}
	forecast, err := v.Engine.Forecast(ctx, job)
	if err != nil {
		return nil, err
	}
	standing, err := v.listDivision(ctx)
	if err != nil {
		return nil, err
	}
	c := &comparison{sync: v.sync, forecast: forecast, standing: standing}
	if err := c.run(count); err != nil {
		return nil, err
	}
	found.Carried, found.Listed, found.Standing = c.carried, int64(len(forecast.Snapshot.Documents)), int64(len(standing.inside))
	found.Agreed, found.Incomplete = int64(len(c.agreed)), standing.cut
	if found.Compared, err = v.sample(ctx, c, count); err != nil {
		return nil, err
	}
	found.Requests, found.Ended = v.requests.Load(), v.Clock.Now()
	return found, nil
}

// documentsOf indexes what was listed of the exchange.
func documentsOf(s *engine.Snapshot) map[int64]*engine.Document {
	documents := make(map[int64]*engine.Document, len(s.Documents))
	for k := range s.Documents {
		documents[s.Documents[k].ID] = &s.Documents[k]
	}
	return documents
}
