package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/intralinks"
	"dataroom.dev/intralinks-operator/internal/luminance"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// loop is what the operator's speed is held against: io.Copy from one service to the other, through base64, over so
// many connections. It lists once, checks nothing, records nothing, and puts everything into one folder a source folder.
type loop struct {
	s                          *scene
	client                     *http.Client
	sourceTokens, targetTokens *bearer.Source
	documents                  []intralinks.Document
}

func (s *scene) loop(ctx context.Context, connections int) (*loop, error) {
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	l := &loop{
		s: s, client: hc,
		sourceTokens: bearer.NewSource(intralinks.ClientCredentialsV3(s.at.Intralinks, intralinkssim.DefaultAPIKey, intralinkssim.DefaultAPISecret, hc)),
		targetTokens: bearer.NewSource(luminance.ClientCredentials(s.at.Luminance, luminancesim.DefaultClientID, luminancesim.DefaultClientSecret, hc)),
	}
	source, err := intralinks.New(intralinks.Options{BaseURL: s.at.Intralinks, HTTPClient: hc, Tokens: l.sourceTokens})
	if err != nil {
		return nil, err
	}
	for d, err := range source.Room(exchangeID(0), intralinks.Entry{}).Documents(ctx) {
		if err != nil {
			return nil, err
		}
		l.documents = append(l.documents, d)
	}
	return l, nil
}

// run copies all documents once, into new folders below one of a name, and gives the time that took.
func (l *loop) run(ctx context.Context, name string, connections int) (time.Duration, error) {
	folders := map[int64]int64{}
	for i := range l.documents {
		if at := l.documents[i].ParentID; folders[at] == 0 {
			var made struct{ ID int64 }
			if err := l.s.admin(ctx, http.MethodPost, l.s.at.Luminance+"/_sim/folders",
				map[string]string{"division": "corporate", "path": fmt.Sprintf("/%s/%d", name, at)}, &made); err != nil {
				return 0, err
			}
			folders[at] = made.ID
		}
	}
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(connections)
	for i := range l.documents {
		group.Go(func() error { return l.copy(ctx, &l.documents[i], folders[l.documents[i].ParentID]) })
	}
	err := group.Wait()
	return time.Since(began), err
}

func (l *loop) copy(ctx context.Context, d *intralinks.Document, folder int64) error {
	download, err := l.call(ctx, l.sourceTokens, http.MethodGet,
		fmt.Sprintf("%s/v2/workspaces/%d/documents/%d/file", l.s.at.Intralinks, exchangeID(0), d.ID), nil, 0)
	if err != nil {
		return err
	}
	defer download.Close()
	encoded, pipe := io.Pipe()
	go func() {
		buffer := bufio.NewWriterSize(pipe, 64*kib) // or each kilobyte would go through the pipe by itself
		encoder := base64.NewEncoder(base64.StdEncoding, buffer)
		_, err := io.Copy(encoder, download)
		err = errors.Join(err, encoder.Close(), buffer.Flush())
		_ = pipe.CloseWithError(err) // always nil
	}()
	const division = 11
	answer, err := l.call(ctx, l.targetTokens, http.MethodPost,
		fmt.Sprintf("%s/api2/projects/%d/folders/%d/upload?replace=false&name=%s", l.s.at.Luminance, division, folder, url.PathEscape(d.FileName())),
		encoded, int64(base64.StdEncoding.EncodedLen(int(d.Size))))
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(io.Discard, answer)
	return err
}

func (l *loop) call(ctx context.Context, tokens *bearer.Source, method, url string, body io.Reader, length int64) (io.ReadCloser, error) {
	token, err := tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	request.ContentLength = length
	request.Header.Set("Content-Type", "application/octet-stream")
	request.Header.Set("Authorization", "Bearer "+token.AccessToken)
	response, err := l.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		reason, _ := io.ReadAll(io.LimitReader(response.Body, kib))
		return nil, fmt.Errorf("%s %s: %s: %s", method, request.URL.Path, response.Status, reason)
	}
	return response.Body, nil
}
