package inspect

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"dataroom.dev/intralinks-operator/internal/engine"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
)

// Problems gives a page of all documents of a sync that don't cross, by path, those left out among them. It costs the
// requests to Intralinks of one listing, unless the exchange was listed in the last minute. Where it can't be listed, the
// ledger tells what failed, and the page's warning that the rest is missing.
func (i *Inspector) Problems(ctx context.Context, sync types.NamespacedName, q findings.Query) (*findings.Page[findings.Problem], error) {
	after, err := parseProblemCursor(q.After)
	if err != nil {
		return nil, err
	}
	all, warning, err := i.allProblems(ctx, sync)
	if err != nil {
		return nil, err
	}
	matching := slices.DeleteFunc(all, func(p findings.Problem) bool {
		return q.Reason != "" && p.Reason != q.Reason || !holds(q.Search, p.Path, p.Reason, strconv.FormatInt(p.DocumentID, 10))
	})
	slices.SortFunc(matching, compareProblems)
	begin, _ := slices.BinarySearchFunc(matching, after, compareProblems)
	if begin < len(matching) && q.After != "" && compareProblems(matching[begin], after) == 0 {
		begin++
	}
	page := &findings.Page[findings.Problem]{Total: int64(len(matching)), Warning: warning}
	end := min(len(matching), begin+limitOf(q))
	page.Items = append([]findings.Problem{}, matching[begin:end]...)
	if end < len(matching) {
		page.Next = problemCursor(matching[end-1])
	}
	return page, nil
}

// allProblems gives them as the next run would meet them.
func (i *Inspector) allProblems(ctx context.Context, name types.NamespacedName) ([]findings.Problem, string, error) {
	_, forecast, err := i.forecast(ctx, name)
	if err == nil {
		documents := map[int64]*engine.Document{}
		for k := range forecast.Snapshot.Documents {
			documents[forecast.Snapshot.Documents[k].ID] = &forecast.Snapshot.Documents[k]
		}
		return problemsOf(forecast.Problems, documents, forecast.Books.Records), "", nil
	}
	var why *findings.Error
	if !errors.As(err, &why) || why.Reason == findings.NotFoundReason {
		return nil, "", err
	}
	// The exchange can't be listed now. The ledger knows at least what was tried.
	sync, again := i.sync(ctx, name)
	if again != nil || sync.Status.Exchange == nil || sync.Status.Division == nil {
		return nil, "", err
	}
	pair, again := i.Ledger.Peek(ctx, endsOf(sync))
	if again != nil {
		return nil, "", asError(again, i.Clock.Now())
	}
	records, again := pair.Documents(ctx)
	if again != nil {
		return nil, "", asError(again, i.Clock.Now())
	}
	return problemsOf(engine.RecordedProblems(records, sync.Spec.Source.Folder), nil, records), fmt.Sprintf(
		"the exchange can't be listed now, so this is only what failed when it was tried; documents that are left out are missing (%s)", why.Message), nil
}

func problemsOf(problems []engine.Problem, documents map[int64]*engine.Document, records map[int64]*ledger.Record) []findings.Problem {
	all := make([]findings.Problem, 0, len(problems))
	for _, p := range problems {
		problem := findings.Problem{DocumentID: p.DocumentID, Path: p.Name, Reason: p.Reason, Message: p.Message, Advice: findings.Advice(p.Reason)}
		if d := documents[p.DocumentID]; d != nil {
			problem.Bytes, problem.Version = d.Size, d.Version
		}
		if r := records[p.DocumentID]; r != nil && r.Failure != nil && r.Failure.Reason == p.Reason {
			problem.FailedAt, problem.Attempts, problem.RetryAt = r.Failure.At, r.Failure.Attempts, r.Failure.RetryAt
		}
		all = append(all, problem)
	}
	return all
}

func compareProblems(a, b findings.Problem) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.DocumentID, b.DocumentID))
}

// A cursor is where a page ended, so that what comes and goes meanwhile moves no other entry.
func problemCursor(p findings.Problem) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.DocumentID, 10) + "/" + p.Path))
}

func parseProblemCursor(cursor string) (p findings.Problem, err error) {
	if cursor == "" {
		return p, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	id, path, ok := strings.Cut(string(text), "/")
	p.Path = path
	if p.DocumentID, _ = strconv.ParseInt(id, 10, 64); err != nil || !ok || p.DocumentID == 0 {
		return p, badCursor()
	}
	return p, nil
}

func badCursor() error {
	return &findings.Error{Code: http.StatusBadRequest, Reason: findings.BadRequestReason, Message: "after is not the next of a page before; begin without it"}
}

func limitOf(q findings.Query) int {
	if q.Limit <= 0 {
		return findings.DefaultLimit
	}
	return min(q.Limit, findings.MaxLimit)
}
