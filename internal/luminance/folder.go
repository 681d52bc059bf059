package luminance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folder is a folder of a Division.
type Folder struct {
	ID        int64
	ParentID  int64 // 0: none, as the Division's "All Documents" has none
	Name      string
	State     string // active, deleted
	Type      string // folder, custodian
	CreatedBy int64
	CreatedAt time.Time // zero where the server gave none
}

// Folders gives all folders of a Division that are not deleted, in one request
// where the answer is clearly whole; see Paging. After a *TruncatedError a
// folder that did not come may be there all the same: ask FoldersIn.
func (c *Client) Folders(ctx context.Context, division int64) iter.Seq2[Folder, error] {
	return filtered(c.folders(ctx, division, nil, ""), func(f Folder) bool { return f.State != "deleted" })
}

// FoldersIn gives the folders right below a parent that are not deleted: those
// of a name, or all of them if name is "". Parent 0 means the top. Names that
// differ only in case or Unicode form come too, since a server that compares
// so would not let both stand; compare Name where that matters.
func (c *Client) FoldersIn(ctx context.Context, division, parent int64, name string) ([]Folder, error) {
	query := url.Values{}
	if parent != 0 { // nothing tells how to filter for null
		query.Set("parent_id", strconv.FormatInt(parent, 10))
	}
	if name != "" {
		query.Set("name", name)
	}
	return collect(filtered(c.folders(ctx, division, query, fmt.Sprintf(", parent %d", parent)), func(f Folder) bool {
		return f.State != "deleted" && f.ParentID == parent && (name == "" || sameName(f.Name, name))
	}))
}

// folders lists with filters, which are taken for hints: callers filter again.
func (c *Client) folders(ctx context.Context, division int64, query url.Values, on string) iter.Seq2[Folder, error] {
	if query == nil {
		query = url.Values{}
	}
	query.Set("state", "active")
	return list[Folder](ctx, c, request{
		op: opListFolders, on: fmt.Sprintf("division %d", division) + on, method: http.MethodGet,
		path: fmt.Sprintf("/projects/%d/folders", division), query: query,
		hide: query["name"],
	}, c.version != V15)
}

// CreateFolder makes a folder. Whether an instance lets two of one name stand
// side by side is not documented: look first, and make one at a time. A
// success that doesn't tell the new folder is an Uncertain error. Without a
// parent (0) it works on v1.5 only.
func (c *Client) CreateFolder(ctx context.Context, division, parent int64, name string) (Folder, error) {
	r := &request{
		op: opCreateFolder, on: fmt.Sprintf("division %d, parent %d", division, parent), method: http.MethodPost,
		path: fmt.Sprintf("/projects/%d/folders", division),
		hide: []string{name},
	}
	fields := struct {
		ParentID *int64 `json:"parent_id"`
		Name     string `json:"name"`
		Type     string `json:"type"`
	}{Name: name, Type: "folder"}
	if parent != 0 {
		fields.ParentID = &parent
	}
	body, err := jsonPayload(fields)
	if err != nil {
		return Folder{}, &Error{Op: r.op, On: r.on, Class: Invalid, Err: err}
	}
	r.body = body
	if name == "" {
		return Folder{}, r.fail(Invalid, 0, errors.New("a folder needs a name"))
	}
	if parent == 0 && c.version != V15 {
		return Folder{}, r.fail(Invalid, 0, fmt.Errorf("API %s needs a parent folder", c.version))
	}
	resp, err := c.send(ctx, r, http.StatusCreated, http.StatusOK)
	if err != nil {
		return Folder{}, err
	}
	defer closeBody(resp)
	folder, err := decodeWritten[Folder](r, resp)
	if err == nil && folder.ID == 0 {
		e := r.fail(Transient, resp.StatusCode, errors.New("the answer doesn't tell the new folder"))
		e.Uncertain = true
		return Folder{}, e
	}
	return folder, err
}

// sameName compares as the laxest server would: canonically equivalent, and
// without case.
func sameName(a, b string) bool {
	return a == b || foldName(a) == foldName(b)
}

func foldName(s string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}

func (f Folder) key() int64 { return f.ID }

// UnmarshalJSON decodes the API's form.
func (f *Folder) UnmarshalJSON(data []byte) error {
	var w struct {
		ID        lenientInt    `json:"id"`
		ParentID  lenientInt    `json:"parent_id"`
		Name      lenientString `json:"name"`
		State     lenientString `json:"state"`
		Type      lenientString `json:"type"`
		CreatedBy lenientInt    `json:"created_by"`
		CreatedAt timestamp     `json:"created_at"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*f = Folder{
		ID: int64(w.ID), ParentID: int64(w.ParentID), Name: string(w.Name), State: string(w.State),
		Type: string(w.Type), CreatedBy: int64(w.CreatedBy), CreatedAt: time.Time(w.CreatedAt),
	}
	return nil
}
