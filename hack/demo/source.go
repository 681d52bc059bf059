package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// exchangeID is Project Heron, as the simulator numbers it.
const exchangeID = 7100015

// document is a document of the data room.
type document struct {
	ID       int64
	Path     string // in the exchange
	SHA1     string
	Size     int64
	Withheld bool   // there is nothing to carry: a placeholder, or one that is handed out encrypted or not at all
	Target   string // its path in the Division, if its name can stay as it is
}

// inExchange is a path of the simulator's admin API.
func inExchange(rest string) string { return fmt.Sprintf("/exchanges/%d%s", exchangeID, rest) }

// dataRoom lists the exchange as the people see it who work in it.
func (d *demo) dataRoom(ctx context.Context) ([]document, error) {
	var tree struct {
		Documents []struct {
			ID          int64
			Path, SHA1  string
			Size        int64
			Placeholder bool
			IRM         bool
			ViewerOnly  bool
			Hidden      bool
		}
	}
	if err := d.intralinks.get(ctx, inExchange("/tree"), &tree); err != nil {
		return nil, err
	}
	documents := make([]document, 0, len(tree.Documents))
	for _, t := range tree.Documents {
		documents = append(documents, document{
			ID: t.ID, Path: t.Path, SHA1: t.SHA1, Size: t.Size,
			Withheld: t.Placeholder || t.IRM || t.ViewerOnly || t.Hidden,
		})
	}
	return documents, nil
}

// putVersion gives a document a new version.
func (d *demo) putVersion(ctx context.Context, old document, content []byte) error {
	return d.intralinks.do(ctx, http.MethodPut, inExchange(fmt.Sprintf("/documents/%d/content", old.ID)), content, nil)
}

// putDocument adds a document to the folder that is synced.
func (d *demo) putDocument(ctx context.Context, name string, content []byte) (document, error) {
	added := document{Path: path.Join(d.plan.Folder, name)}
	var answer struct{ ID int64 }
	query := url.Values{"path": {added.Path}}
	err := d.intralinks.do(ctx, http.MethodPost, inExchange("/documents?"+query.Encode()), content, &answer)
	added.ID = answer.ID
	added.Target = path.Join(d.plan.Destination, strings.TrimPrefix(added.Path, strings.TrimSuffix(d.plan.Folder, "/")+"/"))
	return added, err
}
