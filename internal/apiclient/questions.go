package apiclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"dataroom.dev/intralinks-operator/internal/findings"
)

// Object names what is asked about.
type Object struct{ Namespace, Name string }

func (o Object) integration(path string) string {
	return url.PathEscape(o.Namespace) + "/intralinksintegrations/" + url.PathEscape(o.Name) + "/" + path
}

func (o Object) sync(path string) string {
	return url.PathEscape(o.Namespace) + "/foldersyncs/" + url.PathEscape(o.Name) + "/" + path
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (*T, error) {
	resp, err := c.do(ctx, http.MethodGet, path, query, false)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	found := new(T)
	if err := json.NewDecoder(resp.Body).Decode(found); err != nil {
		return nil, fmt.Errorf("read the operator's answer: %w", err)
	}
	return found, nil
}

// Exchanges of an integration's account.
func (c *Client) Exchanges(ctx context.Context, integration Object) (*findings.Exchanges, error) {
	return get[findings.Exchanges](ctx, c, integration.integration("exchanges"), nil)
}

// Tree of an exchange, which is named by id or name, from a path on; depth less than 0 is all of it.
func (c *Client) Tree(ctx context.Context, integration Object, exchange, path string, depth int) (*findings.Tree, error) {
	return get[findings.Tree](ctx, c, integration.integration("tree"), url.Values{
		"exchange": {exchange}, "path": {path}, "depth": {strconv.Itoa(max(depth, -1))},
	})
}

// Divisions that the service user can see.
func (c *Client) Divisions(ctx context.Context, integration Object) (*findings.Divisions, error) {
	return get[findings.Divisions](ctx, c, integration.integration("divisions"), nil)
}

// Folders of a Division, which is named by id, moniker or name.
func (c *Client) Folders(ctx context.Context, integration Object, division string) (*findings.DivisionFolders, error) {
	return get[findings.DivisionFolders](ctx, c, integration.integration("folders"), url.Values{"division": {division}})
}

// Plan of a sync, with all actions.
func (c *Client) Plan(ctx context.Context, sync Object) (*findings.Plan, error) {
	var plan *findings.Plan
	var actions []findings.PlannedAction
	for line, err := range c.lines(ctx, http.MethodGet, sync.sync("plan"), nil) {
		switch {
		case err != nil:
			return nil, err
		case line.Plan != nil:
			plan = line.Plan
		case line.Action != nil:
			actions = append(actions, *line.Action)
		}
	}
	if plan == nil {
		return nil, errCut
	}
	plan.Actions = actions
	return plan, nil
}

// Problems of a sync, all of them. Where the last page has a warning, warned is told of it.
func (c *Client) Problems(ctx context.Context, sync Object, reason, search string, warned func(string)) iter.Seq2[findings.Problem, error] {
	return func(yield func(findings.Problem, error) bool) {
		query := url.Values{"limit": {strconv.Itoa(findings.MaxLimit)}}
		if reason != "" {
			query.Set("reason", reason)
		}
		if search != "" {
			query.Set("search", search)
		}
		for {
			page, err := get[findings.Page[findings.Problem]](ctx, c, sync.sync("problems"), query)
			if err != nil {
				yield(findings.Problem{}, err)
				return
			}
			for _, p := range page.Items {
				if !yield(p, nil) {
					return
				}
			}
			if page.Next == "" {
				if page.Warning != "" {
					warned(page.Warning)
				}
				return
			}
			query.Set("after", page.Next)
		}
	}
}

// Register of a sync: one line with what all of it have in common, and then a line for each document.
func (c *Client) Register(ctx context.Context, sync Object, search string) iter.Seq2[findings.Line, error] {
	query := url.Values{}
	if search != "" {
		query.Set("search", search)
	}
	return c.lines(ctx, http.MethodGet, sync.sync("documents"), query)
}

// Verify options.
func verifyQuery(download int, byFolder bool) url.Values {
	return url.Values{"download": {strconv.Itoa(download)}, "byFolder": {strconv.FormatBool(byFolder)}}
}

// VerifyCost tells what a verification would cost.
func (c *Client) VerifyCost(ctx context.Context, sync Object, download int, byFolder bool) (*findings.VerifyCost, error) {
	return get[findings.VerifyCost](ctx, c, sync.sync("verify"), verifyQuery(download, byFolder))
}

// Verify holds ledger, exchange and Luminance against each other: lines with differences, and a last one that sums up.
func (c *Client) Verify(ctx context.Context, sync Object, download int, byFolder bool) iter.Seq2[findings.Line, error] {
	return c.lines(ctx, http.MethodPost, sync.sync("verify"), verifyQuery(download, byFolder))
}

// errCut says that a long answer has no end.
var errCut = errors.New("the operator's answer was cut off: the connection broke, or the operator was restarted; ask again")

// lines reads a long answer as it comes. An error ends it.
func (c *Client) lines(ctx context.Context, method, path string, query url.Values) iter.Seq2[findings.Line, error] {
	return func(yield func(findings.Line, error) bool) {
		resp, err := c.do(ctx, method, path, query, true)
		if err != nil {
			yield(findings.Line{}, err)
			return
		}
		defer resp.Body.Close()
		for decoder := json.NewDecoder(resp.Body); ; {
			var line findings.Line
			err := decoder.Decode(&line)
			switch {
			case ctx.Err() != nil:
				err = ctx.Err()
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				err = errCut
			case err == nil && line.Error != nil:
				err = line.Error
			case err == nil && line.End:
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}
