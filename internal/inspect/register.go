package inspect

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"iter"
	"net/http"
	"strconv"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// registerPage is how many records are read from the ledger at once.
const registerPage = 500

// Register tells what all documents of a sync's register have in common. It costs nothing.
func (i *Inspector) Register(ctx context.Context, sync types.NamespacedName) (*findings.Register, error) {
	object, err := i.resolved(ctx, sync)
	if err != nil {
		return nil, err
	}
	return &findings.Register{
		Exchange: referenceOf(object.Status.Exchange), Division: referenceOf(object.Status.Division),
		Instance: object.Status.Division.Service, Folder: object.Spec.Destination.Folder,
	}, nil
}

// Documents gives a page of the register, in the order of Intralinks' ids: what was carried, as the ledger has it. It costs
// nothing. The total is counted where nothing is searched.
func (i *Inspector) Documents(ctx context.Context, sync types.NamespacedName, q findings.Query) (*findings.Page[findings.Document], error) {
	after := int64(0)
	if q.After != "" {
		var err error
		if after, err = strconv.ParseInt(q.After, 10, 64); err != nil {
			return nil, badCursor()
		}
	}
	object, pair, err := i.pair(ctx, sync)
	if err != nil {
		return nil, err
	}
	page := &findings.Page[findings.Document]{Items: []findings.Document{}, Total: -1}
	if q.Search == "" {
		if page.Total, err = pair.CountCarried(ctx); err != nil {
			return nil, asError(err, i.Clock.Now())
		}
	}
	for d, err := range i.documents(ctx, object, pair, after, q.Search) {
		if err != nil {
			return nil, err
		}
		if len(page.Items) == limitOf(q) {
			page.Next = strconv.FormatInt(page.Items[len(page.Items)-1].ID, 10)
			break
		}
		page.Items = append(page.Items, d)
	}
	return page, nil
}

// EachDocument gives the whole register as it is read, a few hundred documents in memory at a time.
func (i *Inspector) EachDocument(ctx context.Context, sync types.NamespacedName, search string) iter.Seq2[findings.Document, error] {
	return func(yield func(findings.Document, error) bool) {
		object, pair, err := i.pair(ctx, sync)
		if err != nil {
			yield(findings.Document{}, err)
			return
		}
		i.documents(ctx, object, pair, 0, search)(yield)
	}
}

func (i *Inspector) documents(ctx context.Context, sync *v1alpha1.FolderSync, pair *ledger.Pair, after int64, search string) iter.Seq2[findings.Document, error] {
	return func(yield func(findings.Document, error) bool) {
		for {
			records, err := pair.Carried(ctx, after, registerPage)
			if err != nil {
				yield(findings.Document{}, asError(err, i.Clock.Now()))
				return
			}
			for _, r := range records {
				after = r.DocumentID
				d := documentOf(sync, r)
				if holds(search, d.Path, d.CarriedPath, d.Folder+"/"+d.Name, strconv.FormatInt(d.ID, 10), strconv.FormatInt(d.LuminanceID, 10), d.SHA1) && !yield(d, nil) {
					return
				}
			}
			if len(records) < registerPage {
				return
			}
		}
	}
}

func documentOf(sync *v1alpha1.FolderSync, r *ledger.Record) findings.Document {
	s := r.Standing
	d := findings.Document{
		ID: r.DocumentID, Path: rooted(r.SourcePath), Version: s.Version, SHA1: hexOf(s.Hash), Bytes: s.Size,
		LuminanceID: s.LuminanceID, LuminanceVersion: s.LuminanceVersion, Folder: target(sync, r.Folder), Name: r.Name,
		UploadedAt: s.UploadedAt, GoneAt: r.GoneAt, Import: s.Import.State, ImportTags: s.Import.Tags,
	}
	if s.CarriedPath != "" {
		d.CarriedPath = rooted(s.CarriedPath)
	}
	return d
}

// target is a folder below the destination, from the Division's root.
func target(sync *v1alpha1.FolderSync, folder string) string {
	return rooted(rooted(sync.Spec.Destination.Folder) + "/" + folder)
}

// hexOf writes Intralinks' SHA-1, which is base64, the way that other programs do.
func hexOf(hash string) string {
	sum, err := base64.StdEncoding.DecodeString(hash)
	if err != nil {
		return hash
	}
	return hex.EncodeToString(sum)
}

// pair gives the records of a sync.
func (i *Inspector) pair(ctx context.Context, name types.NamespacedName) (*v1alpha1.FolderSync, *ledger.Pair, error) {
	sync, err := i.resolved(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	pair, err := i.Ledger.Peek(ctx, endsOf(sync))
	if err != nil {
		return nil, nil, asError(err, i.Clock.Now())
	}
	return sync, pair, nil
}

// resolved gives a sync that has found its exchange and its Division.
func (i *Inspector) resolved(ctx context.Context, name types.NamespacedName) (*v1alpha1.FolderSync, error) {
	sync, err := i.sync(ctx, name)
	if err != nil {
		return nil, err
	}
	if sync.Status.Exchange == nil || sync.Status.Division == nil {
		return nil, &findings.Error{Code: http.StatusConflict, Reason: findings.NotReadyReason,
			Message: "the sync has not found its exchange and its Division yet, so nothing was carried; its conditions say what it waits for"}
	}
	return sync, nil
}

func endsOf(sync *v1alpha1.FolderSync) ledger.Ends {
	return ledger.Ends{
		ExchangeID: sync.Status.Exchange.ID, Instance: sync.Status.Division.Service, DivisionID: sync.Status.Division.ID,
		Folder: sync.Spec.Destination.Folder,
	}
}

func referenceOf(r *v1alpha1.ResolvedReference) findings.Reference {
	return findings.Reference{ID: r.ID, Name: r.Name}
}
