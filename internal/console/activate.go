package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/proposal"
	"dataroom.dev/intralinks-operator/internal/refusal"
)

// divisionsTime is how long the form waits for the Divisions of an instance: their list takes its turn for the allowance.
const divisionsTime = 15 * time.Second

// activatePage is the form of a new sync.
type activatePage struct {
	page
	Path, Back, Namespace string
	Wish                  wish
	Divisions             []findings.Division
	Intervals             []choice
	Splash, MayCreate     bool
	Problem, Hint         string
}

type choice struct{ Value, Label string }

var intervals = []choice{
	{"5m", "every 5 minutes"}, {"15m", "every 15 minutes"}, {"1h", "every hour"}, {"6h", "every 6 hours"}, {"24h", "once a day"},
}

// offerSync shows the form for a folder that was chosen.
func (c *Console) offerSync(v *visit) error {
	if err := v.allowed(browseRight); err != nil {
		return err
	}
	query := v.r.URL.Query()
	exchange, err := c.Live.Exchange(v.r.Context(), v.named(), query.Get("exchange"))
	if err != nil {
		return err
	}
	folder := query.Get("folder")
	if !strings.HasPrefix(folder, "/") {
		folder = "/"
	}
	w := wishFor(exchange, folder)
	return c.showForm(v, http.StatusOK, w, "")
}

// showForm shows the form with what somebody wishes so far.
func (c *Console) showForm(v *visit, status int, w wish, problem string) error {
	name := v.named()
	may, err := v.who.may(v.r.Context(), "create", syncsResource, name.Namespace, "")
	if err != nil {
		return err
	}
	p := activatePage{
		page: v.page("integrations", "New sync", v.trail()...), Path: pathOf("integrations", name.Namespace, name.Name),
		Namespace: name.Namespace, Wish: w, Intervals: intervals, Splash: w.Hash != "", MayCreate: may, Problem: problem,
		Back: v.browsePath(w.exchangeID(), w.Folder),
	}
	if p.Divisions, err = c.divisions(v); err != nil {
		p.Hint = whyNoDivisions(err)
	}
	if !may {
		p.Hint = strings.TrimSpace(p.Hint + " Your account may not create a FolderSync in this namespace. Copy its YAML, and hand it to somebody who may.")
	}
	show(v.w, status, "activate", p)
	return nil
}

func whyNoDivisions(err error) string {
	var why *findings.Error
	switch {
	case errors.As(err, &why):
		return "The Divisions can’t be listed now: " + sentence(why.Message)
	case errors.Is(err, context.DeadlineExceeded):
		return "The Divisions can’t be listed now, because the allowance of requests is used up. Write the Division’s name, letter by letter."
	}
	return "The Divisions can’t be listed now. Write the Division’s name, letter by letter."
}

// divisions of the integration's instance that are in use, for whoever may see them.
func (c *Console) divisions(v *visit) ([]findings.Division, error) {
	if err := v.allowed(browseRight); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), divisionsTime)
	defer cancel()
	return c.known.divisions(ctx, c, v)
}

// activate creates the sync, with the person's own rights.
func (c *Console) activate(v *visit) error {
	w := wishOf(v.r.PostForm)
	sync := w.sync(v.named())
	err := v.who.client.Create(v.r.Context(), sync)
	switch {
	case err == nil:
		return v.goTo(pathOf("syncs", sync.Namespace, sync.Name))
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		return c.showForm(v, http.StatusUnprocessableEntity, w, inWordsOf(err))
	case apierrors.IsAlreadyExists(err):
		return c.showForm(v, http.StatusConflict, w, "There is a sync of this name already: choose another name.")
	case apierrors.IsForbidden(err):
		return c.showForm(v, http.StatusForbidden, w, sentence(refusal.Message(err)))
	}
	return err
}

// yamlPage is a sync as it would be created.
type yamlPage struct {
	page
	YAML, Back string
}

func (*Console) showYAML(v *visit) error {
	w := wishOf(v.r.PostForm)
	text, err := yamlOf(w.sync(v.named()))
	if err != nil {
		return err
	}
	show(v.w, http.StatusOK, "yaml", yamlPage{
		page: v.page("integrations", "YAML of "+w.Name, v.trail()...), YAML: text, Back: v.activatePath(w.exchangeID(), w.Folder),
	})
	return nil
}

// inWordsOf says what the API server doesn't like, a sentence for each field.
func inWordsOf(err error) string {
	fields := refusal.Fields(err)
	if len(fields) == 0 {
		return sentence(refusal.Message(err))
	}
	for i, field := range fields {
		fields[i] = sentence(field)
	}
	return strings.Join(fields, " ")
}

// wish is what a form holds.
type wish struct {
	Name, Exchange, ExchangeName, Folder string
	Division, Target, Interval           string
	Include, Exclude                     string
	// Hash of the splash screen that was shown, where there is one.
	Hash           string
	Accept, DryRun bool
}

// wishFor proposes what most people will want.
func wishFor(exchange *findings.Exchange, folder string) wish {
	w := wish{
		Exchange: strconv.FormatInt(exchange.ID, 10), ExchangeName: exchange.Name, Folder: folder, Interval: "15m",
		Name: proposal.Name(exchange.Name, folder), Target: proposal.Destination(exchange.Name, folder),
	}
	if exchange.Splash != nil && exchange.Splash.Required {
		w.Hash = exchange.Splash.TextHash
		if w.Hash == "" {
			w.Hash = "unknown"
		}
	}
	return w
}

func wishOf(form url.Values) wish {
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return wish{
		Name: text("name"), Exchange: text("exchange"), ExchangeName: text("exchangeName"), Folder: text("folder"),
		Division: text("division"), Target: text("target"), Interval: text("interval"),
		Include: form.Get("include"), Exclude: form.Get("exclude"), Hash: text("hash"),
		Accept: form.Get("accept") == "yes", DryRun: form.Get("dryRun") == "yes",
	}
}

func (w wish) exchangeID() int64 {
	id, _ := strconv.ParseInt(w.Exchange, 10, 64)
	return id
}

// kindOf is written into YAML, and nowhere else.
var kindOf = v1alpha1.GroupVersion.WithKind("FolderSync")
