package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/inspect"
)

// send answers with one object.
func send[T any](ctx context.Context, w http.ResponseWriter, ask func(context.Context) (T, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := ask(ctx)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found) // who doesn't read it can't be told
	return nil
}

func (s *Server) exchanges(ctx context.Context, w http.ResponseWriter, q question) error {
	return send(ctx, w, func(ctx context.Context) (*findings.Exchanges, error) { return s.Inspector.Exchanges(ctx, q.object) })
}

func (s *Server) exchange(ctx context.Context, w http.ResponseWriter, q question) error {
	return send(ctx, w, func(ctx context.Context) (*findings.Exchange, error) {
		return s.Inspector.Exchange(ctx, q.object, q.r.PathValue("exchange"))
	})
}

func (s *Server) tree(ctx context.Context, w http.ResponseWriter, q question) error {
	p := params{values: q.r.URL.Query()}
	query := inspect.TreeQuery{
		Exchange: p.text("exchange"), Path: p.text("path"), Depth: p.number("depth", -1, -1, maxDepth),
		Files: p.number("files", 0, 0, findings.MaxLimit), Offset: p.number("offset", 0, 0, maxOffset), Search: p.text("search"),
	}
	if p.err == nil && query.Exchange == "" {
		p.err = findings.BadRequest("exchange: write the id or the name of an exchange")
	}
	if p.err != nil {
		return p.err
	}
	return send(ctx, w, func(ctx context.Context) (*findings.Tree, error) { return s.Inspector.Tree(ctx, q.object, query) })
}

func (s *Server) divisions(ctx context.Context, w http.ResponseWriter, q question) error {
	return send(ctx, w, func(ctx context.Context) (*findings.Divisions, error) { return s.Inspector.Divisions(ctx, q.object) })
}

func (s *Server) folders(ctx context.Context, w http.ResponseWriter, q question) error {
	division := q.r.URL.Query().Get("division")
	if division == "" {
		return findings.BadRequest("division: write the id, the moniker or the name of a Division")
	}
	return send(ctx, w, func(ctx context.Context) (*findings.DivisionFolders, error) {
		return s.Inspector.Folders(ctx, q.object, division)
	})
}

func (s *Server) allowance(ctx context.Context, w http.ResponseWriter, q question) error {
	return send(ctx, w, func(ctx context.Context) (*findings.Allowance, error) { return s.Inspector.Allowance(ctx, q.object) })
}

func (s *Server) problems(ctx context.Context, w http.ResponseWriter, q question) error {
	query, err := listQuery(q.r)
	if err != nil {
		return err
	}
	return send(ctx, w, func(ctx context.Context) (*findings.Page[findings.Problem], error) {
		return s.Inspector.Problems(ctx, q.object, query)
	})
}

func (s *Server) register(ctx context.Context, w http.ResponseWriter, q question) error {
	return send(ctx, w, func(ctx context.Context) (*findings.Register, error) { return s.Inspector.Register(ctx, q.object) })
}

func (s *Server) verifyCost(ctx context.Context, w http.ResponseWriter, q question) error {
	o, err := verifyOptions(q.r)
	if err != nil {
		return err
	}
	return send(ctx, w, func(ctx context.Context) (*findings.VerifyCost, error) {
		return s.Inspector.VerifyCost(ctx, q.object, o)
	})
}

// Bounds of numbers in an address.
const (
	maxDepth  = 1000
	maxOffset = 1 << 31
)

// params reads an address's query, and remembers what is wrong with it first.
type params struct {
	values url.Values
	err    error
}

func (p *params) text(name string) string { return p.values.Get(name) }

func (p *params) number(name string, otherwise, least, most int) int {
	text := p.values.Get(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if p.err == nil && (err != nil || n < least || n > most) {
		p.err = findings.BadRequest("%s: write a number from %d to %d", name, least, most)
	}
	return n
}

func (p *params) boolean(name string) bool {
	text := p.values.Get(name)
	if text == "" {
		return false
	}
	set, err := strconv.ParseBool(text)
	if p.err == nil && err != nil {
		p.err = findings.BadRequest("%s: write true or false", name)
	}
	return set
}

func listQuery(r *http.Request) (findings.Query, error) {
	p := params{values: r.URL.Query()}
	q := findings.Query{
		Search: p.text("search"), Reason: p.text("reason"), After: p.text("after"), Limit: p.number("limit", findings.DefaultLimit, 1, findings.MaxLimit),
	}
	return q, p.err
}

func verifyOptions(r *http.Request) (inspect.VerifyOptions, error) {
	p := params{values: r.URL.Query()}
	o := inspect.VerifyOptions{Download: p.number("download", 0, 0, inspect.MaxDownloads), ByFolder: p.boolean("byFolder")}
	return o, p.err
}
