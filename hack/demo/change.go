package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// addedName is the document that the demo adds.
const addedName = "Added during the demonstration.pdf"

// carryChanges changes one document of the data room and adds one, asks for a sync, and proves that
// those two crossed and nothing else did. A folder that is served as the exchange is never written to:
// the simulator lays both changes over it.
func (d *demo) carryChanges(ctx context.Context) error {
	d.out.heading("Changing one document in the data room and adding one")
	before, err := arrivals(ctx, d.luminance)
	if err != nil {
		return err
	}
	seen, err := d.cluster.look(ctx, d.plan.Sync)
	if err != nil {
		return err
	}
	changed, added, err := d.changeDataRoom(ctx, before)
	if err != nil {
		return err
	}
	d.out.printf("changed  %s\nadded    %s\n", changed.Path, added.Path)

	value := time.Now().UTC().Format(time.RFC3339Nano)
	if err := d.cluster.show(ctx, d.out, "-n", namespace, "annotate", "--overwrite", "foldersync", d.plan.Sync,
		v1alpha1.ReconcileRequestAnnotation+"="+value); err != nil {
		return err
	}
	d.out.printf("\n")
	runs := newRuns(seen)
	if _, err := d.follow(ctx, func(v view) bool {
		runs.see(v)
		return v.through() && v.sync.Status.LastHandledReconcileAt == value
	}); err != nil {
		return err
	}
	if err := runs.prove(); err != nil {
		return err
	}
	after, err := arrivals(ctx, d.luminance)
	if err != nil {
		return err
	}
	return d.proveChanges(before, after, changed, added)
}

// changeDataRoom makes both changes and returns what is now to arrive.
func (d *demo) changeDataRoom(ctx context.Context, before []arrival) (changed, added document, err error) {
	documents, err := d.dataRoom(ctx)
	if err != nil {
		return changed, added, err
	}
	old, ok := leastOf(d.plan.expected(documents))
	if !ok {
		return changed, added, errors.New("there is no document to change")
	}
	at := slices.IndexFunc(before, func(a arrival) bool { return a.SHA1 == old.SHA1 })
	if at < 0 {
		return changed, added, fmt.Errorf("%s is not in Luminance", old.Path)
	}
	content, err := os.ReadFile(filepath.Join(d.settings.received, before[at].File))
	if err != nil {
		return changed, added, err
	}
	content = append(content, "\n% a line more, added during the demonstration\n"...)
	if err := d.putVersion(ctx, old, content); err != nil {
		return changed, added, err
	}
	old.SHA1, old.Size = hashBytes(content), int64(len(content))

	page := onePage("A document added during the demonstration")
	added, err = d.putDocument(ctx, addedName, page)
	added.SHA1, added.Size = hashBytes(page), int64(len(page))
	return old, added, err
}

// leastOf picks the smallest document with content, which is quick to change: a PDF where there is one,
// because a line more does it no harm; and the first of those by its path, so that every demo changes
// the same one.
func leastOf(documents []document) (document, bool) {
	var some, pdfs []document
	for _, document := range documents {
		if document.Size == 0 {
			continue
		}
		some = append(some, document)
		if strings.EqualFold(path.Ext(document.Path), ".pdf") {
			pdfs = append(pdfs, document)
		}
	}
	if len(pdfs) > 0 {
		some = pdfs
	}
	if len(some) == 0 {
		return document{}, false
	}
	return slices.MinFunc(some, func(a, b document) int {
		return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(a.Path, b.Path))
	}), true
}

// proveChanges fails unless exactly the two documents differ in Luminance, and have the new bytes.
func (d *demo) proveChanges(before, after []arrival, changed, added document) error {
	news, others := difference(before, after)
	if len(news) != 1 || len(others) != 1 {
		return fmt.Errorf("Luminance has %s and %s since the change, instead of one each",
			count(len(news), "new document"), count(len(others), "changed document"))
	}
	for _, pair := range []struct {
		want document
		got  arrival
	}{{changed, others[0]}, {added, news[0]}} {
		if err := rehash(d.settings.received, pair.got); err != nil {
			return err
		}
		if pair.got.SHA1 != pair.want.SHA1 {
			return fmt.Errorf("%s: Luminance has SHA-1 %s, the data room %s", pair.got.Path, pair.got.SHA1, pair.want.SHA1)
		}
	}
	d.out.printf("\nExactly those two crossed, byte for byte: %s as version %d, %s as a new document. %d others were left alone.\n",
		others[0].Path, others[0].Version, news[0].Path, len(after)-2)
	return nil
}

// runs are those that the status has told of since the change.
type runs struct {
	before  string // the run that was the last one before
	carried map[string]v1alpha1.SyncSummary
}

func newRuns(v view) *runs {
	return &runs{before: v.sync.Status.LastSync.RunID, carried: map[string]v1alpha1.SyncSummary{}}
}

func (r *runs) see(v view) {
	if last := v.sync.Status.LastSync; last != nil && last.RunID != r.before {
		r.carried[last.RunID] = *last
	}
}

func (r *runs) prove() error {
	var uploaded, newVersions int64
	for _, run := range r.carried {
		uploaded += run.Uploaded
		newVersions += run.NewVersions
	}
	if uploaded != 1 || newVersions != 1 {
		return fmt.Errorf("the status reports %d new documents and %d new versions since the change, instead of one each", uploaded, newVersions)
	}
	return nil
}
