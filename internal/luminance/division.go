package luminance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Division is what the API calls a project (also a room).
type Division struct {
	ID      int64
	Name    string
	Moniker string
	State   string // active, deleted, disabled
	Type    string // corporate, diligence, discovery, compliance, property
}

// DivisionRef names a Division in exactly one of three ways.
type DivisionRef struct {
	ID            int64
	Name, Moniker string
}

func (r DivisionRef) String() string {
	switch {
	case r.ID != 0:
		return fmt.Sprintf("id %d", r.ID)
	case r.Moniker != "":
		return fmt.Sprintf("moniker %q", r.Moniker)
	}
	return fmt.Sprintf("name %q", r.Name)
}

func (r DivisionRef) valid() bool {
	given := 0
	for _, set := range []bool{r.ID > 0, r.Name != "", r.Moniker != ""} {
		if set {
			given++
		}
	}
	return given == 1 && r.ID >= 0
}

func (r DivisionRef) matches(d Division) bool {
	return r.ID != 0 && d.ID == r.ID || r.Name != "" && d.Name == r.Name || r.Moniker != "" && d.Moniker == r.Moniker
}

// NotFoundError: no Division in use is named so, as far as the service user
// can see.
type NotFoundError struct {
	Ref DivisionRef
	// Unusable are Divisions named so that are deleted or disabled.
	Unusable []Division
}

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("luminance: the service user sees no Division with %s", e.Ref)
	if len(e.Unusable) > 0 {
		return text + " in use, only " + describe(e.Unusable)
	}
	return text + "; check the spelling, and that it is a member of the Division"
}

// AmbiguousError: several Divisions are named so.
type AmbiguousError struct {
	Ref        DivisionRef
	Candidates []Division
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("luminance: %d Divisions have the %s: %s; name one by its id or moniker",
		len(e.Candidates), e.Ref, describe(e.Candidates))
}

func describe(divisions []Division) string {
	var parts []string
	for i, d := range divisions {
		if i == 5 {
			parts = append(parts, fmt.Sprintf("and %d more", len(divisions)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("id %d (moniker %q, %s)", d.ID, clean(d.Moniker), clean(d.State)))
	}
	return strings.Join(parts, ", ")
}

// ResolveDivision finds a Division by id, name or moniker, compared exactly,
// with one request (two or more only where an instance ignores the filter and
// has many Divisions). It fails with *NotFoundError or *AmbiguousError where
// the answer is clear; deleted and disabled Divisions do not count.
func (c *Client) ResolveDivision(ctx context.Context, ref DivisionRef) (Division, error) {
	if !ref.valid() {
		return Division{}, &Error{Op: opListDivisions, Class: Invalid, Err: errors.New("name a Division by exactly one of id, name and moniker")}
	}
	named, err := c.divisionsNamed(ctx, ref)
	if err != nil {
		return Division{}, err
	}
	var usable, unusable []Division
	for _, d := range named {
		switch {
		case !ref.matches(d):
		case d.State == "deleted" || d.State == "disabled":
			unusable = append(unusable, d)
		default:
			usable = append(usable, d)
		}
	}
	switch len(usable) {
	case 0:
		return Division{}, &NotFoundError{Ref: ref, Unusable: unusable}
	case 1:
		return usable[0], nil
	}
	return Division{}, &AmbiguousError{Ref: ref, Candidates: usable}
}

// divisionsNamed asks for the candidates. The name and moniker filters are in
// all versions; whether they match exactly is not said.
func (c *Client) divisionsNamed(ctx context.Context, ref DivisionRef) ([]Division, error) {
	if ref.ID != 0 {
		d, err := one[Division](ctx, c, &request{
			op: opGetDivision, on: ref.String(), method: http.MethodGet,
			path: fmt.Sprintf("/projects/%d", ref.ID),
		})
		if ClassOf(err) == NotFound {
			return nil, nil
		}
		return []Division{d}, err
	}
	r := request{op: opListDivisions, on: ref.String(), method: http.MethodGet, path: "/projects", query: url.Values{}}
	if ref.Name != "" {
		r.query.Set("name", ref.Name)
	} else {
		r.query.Set("moniker", ref.Moniker)
	}
	matching := filtered(list[Division](ctx, c, r, true), ref.matches)
	return collect(matching)
}

func (d Division) key() int64 { return d.ID }

// UnmarshalJSON decodes the API's form. Permissions are left out: v1.4 has them
// a word, v1.5 a number, and its example an object.
func (d *Division) UnmarshalJSON(data []byte) error {
	var w struct {
		ID      lenientInt    `json:"id"`
		Name    lenientString `json:"name"`
		Moniker lenientString `json:"moniker"`
		State   lenientString `json:"state"`
		Type    lenientString `json:"type"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*d = Division{
		ID: int64(w.ID), Name: string(w.Name), Moniker: string(w.Moniker),
		State: string(w.State), Type: string(w.Type),
	}
	return nil
}
