package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// start runs the program; stop ends it and returns its error.
func start(t *testing.T, out io.Writer, args ...string) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, out, append([]string{"--intralinks-addr=127.0.0.1:0", "--luminance-addr=127.0.0.1:0", "--received=" + t.TempDir()}, args...))
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

func TestWhatItPrintsFirst(t *testing.T) {
	g := NewWithT(t)
	printed, out := io.Pipe()
	stop := start(t, out)
	lines := bufio.NewScanner(printed)
	values := map[string]string{}
	var names []string
	for range 9 {
		g.Expect(lines.Scan()).To(BeTrue())
		name, value, found := strings.Cut(lines.Text(), "=")
		g.Expect(found).To(BeTrue(), lines.Text())
		names, values[name] = append(names, name), value
	}
	g.Expect(names).To(Equal([]string{
		"INTRALINKS_URL", "INTRALINKS_API_KEY", "INTRALINKS_API_SECRET", "INTRALINKS_EMAIL", "INTRALINKS_PASSWORD",
		"LUMINANCE_URL", "LUMINANCE_CLIENT_ID", "LUMINANCE_CLIENT_SECRET", "INTRALINKS_SIGN_IN_URL",
	}))
	for name, value := range values {
		g.Expect(value).To(MatchRegexp(`^\S+$`), name)
	}
	// What is printed is what they take.
	g.Expect(status(t, values["INTRALINKS_URL"]+"/v3/apis/il-iam/oauth/token", "application/json",
		`{"data":{"grant_type":"client_credentials"}}`, values["INTRALINKS_API_KEY"], values["INTRALINKS_API_SECRET"])).To(Equal(200))
	g.Expect(status(t, values["INTRALINKS_URL"]+"/v2/oauth/token", form, "grant_type=client_credentials&client_id="+values["INTRALINKS_API_KEY"]+
		"&client_secret="+values["INTRALINKS_API_SECRET"]+"&email="+values["INTRALINKS_EMAIL"]+"&password="+values["INTRALINKS_PASSWORD"], "", "")).To(Equal(200))
	g.Expect(status(t, values["LUMINANCE_URL"]+"/auth/oauth2/token", form, "grant_type=client_credentials",
		values["LUMINANCE_CLIENT_ID"], values["LUMINANCE_CLIENT_SECRET"])).To(Equal(200))

	go func() {
		for lines.Scan() { // what else it prints is read, or it would wait for that
		}
	}()
	g.Expect(stop()).To(Succeed())
	_, err := http.Get(values["INTRALINKS_URL"])
	g.Expect(err).To(HaveOccurred(), "it has stopped")
}

const form = "application/x-www-form-urlencoded"

func status(t *testing.T, url, contentType, body, user, password string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestBadInput(t *testing.T) {
	for argument, want := range map[string]string{
		"--dataroom=/nowhere/at/all":       "/nowhere/at/all",
		"--budget=many":                    "write requests, a slash and a duration",
		"--budget=100/soon":                "takes a duration",
		"--intralinks-addr=203.0.113.1:80": "choose another address",
		"extra":                            `unexpected argument "extra"`,
		"--colour=red":                     "flag provided but not defined",
	} {
		g := NewWithT(t)
		stop := start(t, io.Discard, argument)
		g.Expect(stop()).To(MatchError(MatchRegexp(regexp.QuoteMeta(want))), argument)
	}
}
