package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/proposal"
)

// chooser asks a person at a terminal for what makes a sync.
type chooser struct {
	*app
	o         *createOptions
	namespace string
	// operator tells what there is to choose; nil where it can't be asked, and then things are typed.
	operator *apiclient.Client
	keys     *keys
	// exchangeName is that of the chosen exchange, for the suggestions that follow.
	exchangeName, divisionName string
}

// chooseSync asks for what no flag said.
func (a *app) chooseSync(ctx context.Context, o *createOptions, namespace string) error {
	c := &chooser{app: a, o: o, namespace: namespace, keys: newKeys(terminalOf(a.In).file)}
	defer func() {
		if c.operator != nil {
			c.operator.Close()
		}
	}()
	w := &o.wanted
	for _, step := range []struct {
		value *string
		ask   func(context.Context) error
	}{
		{&w.integration, c.askIntegration}, {&w.exchange, c.askExchange}, {&w.folder, c.askFolder},
		{&w.division, c.askDivision}, {&w.destination, c.askDestination}, {&w.name, c.askName},
	} {
		if *step.value != "" {
			continue
		}
		if err := step.ask(ctx); err != nil {
			return err
		}
	}
	return c.askWhatNow(ctx)
}

// connect has the operator asked from now on. Where that can't be, the person is told why, and types.
func (c *chooser) connect(ctx context.Context) {
	if c.operator != nil {
		return
	}
	operator, _, err := c.app.operator(ctx, c.o.reach)
	if err != nil {
		c.cannotAsk(err)
		return
	}
	c.operator = operator
}

// cannotAsk says why something has to be typed that could have been chosen.
func (c *chooser) cannotAsk(err error) {
	told := explain(err)
	width, _ := terminalOf(c.ErrOut).size()
	lines := []string{"There is no list to choose from: " + told.what}
	if told.advice != "" {
		lines = append(lines, told.advice)
	}
	for _, line := range lines {
		fmt.Fprintln(c.ErrOut, ansi.Wordwrap(printableText(line), width-1, ""))
	}
}

func (c *chooser) integration() apiclient.Object {
	return apiclient.Object{Namespace: c.namespace, Name: c.o.wanted.integration}
}

func (c *chooser) askIntegration(ctx context.Context) error {
	k, err := c.client()
	if err != nil {
		return err
	}
	var list v1alpha1.IntralinksIntegrationList
	if err := k.List(ctx, &list, client.InNamespace(c.namespace)); err != nil {
		return err
	}
	switch len(list.Items) {
	case 0:
		return failure("there is no IntralinksIntegration in namespace "+c.namespace, "kubectl intralinks doctor says how to begin; -n chooses another namespace")
	case 1:
		c.o.wanted.integration = list.Items[0].Name
		return nil
	}
	var options []huh.Option[string]
	for i := range list.Items {
		ready := summaryOf(list.Items[i].Status.Conditions)
		options = append(options, huh.NewOption(printable(list.Items[i].Name+"   "+ready.Reason), list.Items[i].Name))
	}
	return c.choose(ctx, "Which integration?", "Type to search.", options, &c.o.wanted.integration)
}

// askExchange offers those that the account can see; an id is kept, because a name may change or be there twice.
func (c *chooser) askExchange(ctx context.Context) error {
	var options []huh.Option[string]
	names := map[string]string{}
	add := func(id int64, name, host, phase string) {
		value := strconv.FormatInt(id, 10)
		names[value] = name
		options = append(options, huh.NewOption(printable(strings.Join([]string{name, value, host, phase}, "   ")), value))
	}
	c.connect(ctx)
	if c.operator != nil {
		found, err := c.operator.Exchanges(ctx, c.integration())
		if err == nil {
			for _, e := range found.Items {
				add(e.ID, e.Name, e.Host, e.Phase)
			}
		} else {
			c.cannotAsk(err)
		}
	}
	if len(options) == 0 {
		for _, e := range c.knownExchanges(ctx) {
			add(e.ID, e.Name, e.Host, e.Phase)
		}
	}
	if len(options) == 0 {
		return c.enter(ctx, "Which exchange?", "its id or its name", nil, &c.o.wanted.exchange, notEmpty)
	}
	if err := c.choose(ctx, "Which exchange?", "Type to search.", options, &c.o.wanted.exchange); err != nil {
		return err
	}
	c.exchangeName = names[c.o.wanted.exchange]
	return nil
}

// knownExchanges are those that the integration's status lists.
func (c *chooser) knownExchanges(ctx context.Context) []v1alpha1.ExchangeSummary {
	k, err := c.client()
	if err != nil {
		return nil
	}
	integration, err := getIntegration(ctx, k, c.namespace, c.o.wanted.integration)
	if err != nil {
		return nil
	}
	return integration.Status.Exchanges
}

func (c *chooser) askFolder(ctx context.Context) error {
	c.connect(ctx)
	var options []huh.Option[string]
	if c.operator != nil {
		const all = -1
		tree, err := c.operator.Tree(ctx, c.integration(), c.o.wanted.exchange, "/", all)
		if err != nil {
			c.cannotAsk(err)
		} else {
			c.exchangeName = tree.Exchange.Name
			for _, f := range tree.Folders {
				options = append(options, huh.NewOption(printable(fmt.Sprintf("%s   %s, %s", f.Path, plural(int64(f.AllDocuments), "document"), bytesOf(f.AllBytes))), f.Path))
			}
		}
	}
	if len(options) == 0 {
		return c.enter(ctx, "Which folder of the exchange?", "with all that is below it; / is the whole exchange", nil, &c.o.wanted.folder, validFolder)
	}
	return c.choose(ctx, "Which folder of the exchange?", "With all that is below it. Type to search.", options, &c.o.wanted.folder)
}

func (c *chooser) askDivision(ctx context.Context) error {
	c.connect(ctx)
	var options []huh.Option[string]
	names := map[string]string{}
	if c.operator != nil {
		found, err := c.operator.Divisions(ctx, c.integration())
		if err != nil {
			c.cannotAsk(err)
		} else {
			for _, d := range found.Items {
				if d.State != "" && d.State != "active" {
					continue // it takes nothing in
				}
				value := strconv.FormatInt(d.ID, 10)
				names[value] = d.Name
				options = append(options, huh.NewOption(printable(strings.Join([]string{d.Name, value}, "   ")), value))
			}
		}
	}
	if len(options) == 0 {
		return c.enter(ctx, "Which Division?", "its id or its name", nil, &c.o.wanted.division, notEmpty)
	}
	if err := c.choose(ctx, "Which Division?", "Type to search.", options, &c.o.wanted.division); err != nil {
		return err
	}
	c.divisionName = names[c.o.wanted.division]
	return nil
}

// askDestination completes what is typed by the folders that there are, and begins with a folder for the exchange.
func (c *chooser) askDestination(ctx context.Context) error {
	c.connect(ctx)
	fed := map[string]string{}
	var paths []string
	if c.operator != nil {
		found, err := c.operator.Folders(ctx, c.integration(), c.o.wanted.division)
		if err != nil {
			c.cannotAsk(err)
		} else {
			for _, f := range found.Items {
				paths, fed[f.Path] = append(paths, f.Path), f.Sync
			}
		}
	}
	w := &c.o.wanted
	w.destination = proposal.Destination(c.exchangeOr(), w.folder)
	return c.enter(ctx, "Which folder of the Division?", "created where it is missing; Ctrl-E completes those that are there", paths, &w.destination, func(path string) error {
		if by := fed[path]; by != "" {
			return fmt.Errorf("%s feeds this folder already, and only one sync may", by)
		}
		return validFolder(path)
	})
}

func (c *chooser) exchangeOr() string { return cmp.Or(c.exchangeName, c.o.wanted.exchange) }

func (c *chooser) askName(ctx context.Context) error {
	w := &c.o.wanted
	w.name = proposal.Name(c.exchangeOr(), w.folder)
	return c.enter(ctx, "What is the sync to be called?", "the name of the FolderSync", nil, &w.name, validName)
}

// askWhatNow asks for consent, and whether to create the object or only to print it.
func (c *chooser) askWhatNow(ctx context.Context) error {
	w := &c.o.wanted
	const (
		carry = "carry"
		plan  = "plan"
		show  = "show"
	)
	var fields []huh.Field
	if !w.acceptSplash {
		fields = append(fields, huh.NewConfirm().Title("Accept the exchange's splash screen?").
			Description("Where it shows one, often an NDA, it is accepted in the name of the account. Read it in a browser first.").
			Affirmative("Accept").Negative("Don't").Value(&w.acceptSplash))
	}
	next := carry
	if !c.o.apply {
		fields = append(fields, huh.NewSelect[string]().Title(fmt.Sprintf("%s: %s %s to %s", w.name, printable(c.exchangeOr()), printable(w.folder), printable(w.destination))).
			Options(
				huh.NewOption("Create it, and carry documents from now on", carry),
				huh.NewOption("Create it, and only plan at first (dry run)", plan),
				huh.NewOption("Print the YAML, and create nothing", show),
			).Value(&next))
	}
	if len(fields) == 0 {
		return nil
	}
	if err := c.ask(ctx, fields...); err != nil {
		return err
	}
	// Ids are right for the operator; names are for whoever reads the file.
	c.o.comment = fmt.Sprintf("# %s %s to %s %s", c.exchangeOr(), w.folder, cmp.Or(c.divisionName, w.division), w.destination)
	c.o.apply = c.o.apply || next != show
	w.planOnly = w.planOnly || next == plan
	return nil
}

func notEmpty(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("write something")
	}
	return nil
}

// choose lets a person pick one, by the arrows or by typing.
func (c *chooser) choose(ctx context.Context, title, description string, options []huh.Option[string], value *string) error {
	const most = 12
	// What is typed stands in the place of the title, so the question is below it.
	return c.ask(ctx, huh.NewSelect[string]().Title(title).Description(title+" "+description).Options(options...).
		Filtering(true).Height(min(len(options), most)+2).Value(value))
}

// enter lets a person type something.
func (c *chooser) enter(ctx context.Context, title, description string, suggestions []string, value *string, valid func(string) error) error {
	return c.ask(ctx, huh.NewInput().Title(title).Description(description).Suggestions(suggestions).Value(value).Validate(valid))
}

// ask on the standard error, so that the YAML may be redirected. With ACCESSIBLE set it asks line by line, for
// screen readers.
func (c *chooser) ask(ctx context.Context, fields ...huh.Field) error {
	done := make(chan struct{})
	defer close(done)
	err := huh.NewForm(huh.NewGroup(fields...)).WithInput(c.keys.reader(done)).WithOutput(c.ErrOut).
		WithAccessible(os.Getenv("ACCESSIBLE") != "").RunWithContext(ctx)
	if errors.Is(err, huh.ErrUserAborted) {
		return errInterrupted
	}
	return err
}
