package luminance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// States of a document (Luminance API v1.4). Others may come and are passed on
// as they are.
const (
	StateImportPending   = "import_pending"   // uploaded, not analysed yet
	StateImportComplete  = "import_complete"  // analysed
	StateImportFailure   = "import_failure"   // cannot be analysed
	StateImportExtracted = "import_extracted" // probably a container that was unpacked (inferred)
	StateUploadFailure   = "upload_failure"   // the transfer failed
	StateUploadCancelled = "upload_cancelled" // a user cancelled the transfer
)

// Version states of a document (Luminance API v1.5).
const (
	VersionActive   = "active"
	VersionDraft    = "draft" // being edited through the Word plug-in
	VersionReplaced = "replaced"
)

// Document is a document of a Division. The API gives neither size nor
// checksum nor time of change.
type Document struct {
	ID       int64
	FolderID int64 // 0: none
	// ParentID is the document that this one was attached to or embedded in;
	// 0 for one that was uploaded.
	ParentID  int64
	Name      string
	MediaType string
	State     string
	// Version counts up when a document is replaced. A number in the API's
	// schema, a string in an example.
	Version string
	// VersionGroup is described in two ways that contradict each other; don't
	// compute with it.
	VersionGroup int64
	VersionState string
	CreatedBy    int64
	CreatedAt    time.Time // zero where the server gave none
}

// Found tells a document from none, as an upload may return.
func (d Document) Found() bool { return d.ID != 0 }

// DocumentQuery narrows a listing; zero fields do not. Names that differ only
// in case or Unicode form match, since a server that compares so would take
// them for one; compare Document.Name where that matters.
type DocumentQuery struct {
	Folder              int64
	Name                string
	State, VersionState string
}

func (q DocumentQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"name": q.Name, "state": q.State, "version_state": q.VersionState} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Folder != 0 {
		v.Set("folder_id", strconv.FormatInt(q.Folder, 10))
	}
	return v
}

func (q DocumentQuery) matches(d Document) bool {
	return (q.Folder == 0 || d.FolderID == q.Folder) &&
		(q.Name == "" || sameName(d.Name, q.Name)) &&
		(q.State == "" || d.State == q.State) &&
		(q.VersionState == "" || d.VersionState == q.VersionState)
}

// Documents gives the documents of a Division that match, replaced versions
// and attachments included unless the query excludes them. It asks the whole
// Division, since v1.5 declares no filters on the list of a folder. After a
// *TruncatedError a document that did not come may be there all the same.
func (c *Client) Documents(ctx context.Context, division int64, q DocumentQuery) iter.Seq2[Document, error] {
	r := request{
		op: opListDocuments, on: fmt.Sprintf("division %d, folder %d", division, q.Folder), method: http.MethodGet,
		path: fmt.Sprintf("/projects/%d/documents", division), query: q.values(),
	}
	if q.Name != "" {
		r.hide = []string{q.Name}
	}
	return filtered(list[Document](ctx, c, r, c.version != V15), q.matches)
}

// Document gives one document.
func (c *Client) Document(ctx context.Context, division, id int64) (Document, error) {
	return one[Document](ctx, c, &request{
		op: opGetDocument, on: onDocument(division, id), method: http.MethodGet,
		path: fmt.Sprintf("/projects/%d/documents/%d", division, id),
	})
}

// QATags gives the kinds of import problems that Luminance noted on a
// document, such as qa:encrypted, sorted, each once. With an error come those
// that were read before it. The kinds are those of Luminance API v1.4; all
// annotations are read for them in one request, since a filter takes one kind.
func (c *Client) QATags(ctx context.Context, division, document int64) ([]string, error) {
	var tags []string
	all := list[annotation](ctx, c, request{
		op: opQATags, on: onDocument(division, document), method: http.MethodGet,
		path:  fmt.Sprintf("/projects/%d/documents/%d/annotations", division, document),
		query: url.Values{"state": {"active"}},
	}, c.version != V15)
	var failure error
	for a, err := range all {
		if failure = err; err == nil && a.State != "deleted" && strings.HasPrefix(a.Type, "qa:") {
			tags = append(tags, clean(a.Type))
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags), failure
}

// Download opens a document's file. The Division's download permission decides
// whether it may be had. Errors in the middle are *Error too.
func (c *Client) Download(ctx context.Context, division, document int64) (io.ReadCloser, error) {
	r := &request{
		op: opDownload, on: onDocument(division, document), method: http.MethodGet,
		path: fmt.Sprintf("/projects/%d/documents/%d/download", division, document),
	}
	var file io.ReadCloser
	err := c.retry(ctx, func() error {
		resp, err := c.send(ctx, r, http.StatusOK) //nolint:bodyclose // the caller closes what it is given
		if err == nil {
			file = &download{ReadCloser: resp.Body, request: r}
		}
		return err
	})
	return file, err
}

type download struct {
	io.ReadCloser
	request *request
}

func (d *download) Read(p []byte) (int, error) {
	n, err := d.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.request.fail(Transient, 0, err)
	}
	return n, err
}

func onDocument(division, id int64) string {
	return fmt.Sprintf("division %d, document %d", division, id)
}

func (d Document) key() int64 { return d.ID }

// UnmarshalJSON decodes the API's form.
func (d *Document) UnmarshalJSON(data []byte) error {
	var w struct {
		ID           lenientInt    `json:"id"`
		FolderID     lenientInt    `json:"folder_id"`
		ParentID     lenientInt    `json:"parent_id"`
		Name         lenientString `json:"name"`
		MediaType    lenientString `json:"media_type"`
		State        lenientString `json:"state"`
		Version      lenientString `json:"version"`
		VersionGroup lenientInt    `json:"version_group"`
		VersionState lenientString `json:"version_state"`
		CreatedBy    lenientInt    `json:"created_by"`
		CreatedAt    timestamp     `json:"created_at"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*d = Document{
		ID: int64(w.ID), FolderID: int64(w.FolderID), ParentID: int64(w.ParentID), Name: string(w.Name),
		MediaType: string(w.MediaType), State: string(w.State), Version: string(w.Version),
		VersionGroup: int64(w.VersionGroup), VersionState: string(w.VersionState),
		CreatedBy: int64(w.CreatedBy), CreatedAt: time.Time(w.CreatedAt),
	}
	return nil
}

type annotation struct {
	ID    int64
	Type  string
	State string
}

func (a annotation) key() int64 { return a.ID }

// UnmarshalJSON decodes the API's form; the content is of no interest here.
func (a *annotation) UnmarshalJSON(data []byte) error {
	var w struct {
		ID    lenientInt    `json:"id"`
		Type  lenientString `json:"type"`
		State lenientString `json:"state"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*a = annotation{ID: int64(w.ID), Type: string(w.Type), State: string(w.State)}
	return nil
}
