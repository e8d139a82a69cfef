// The action `gate/`: checks the pipeline files of the checkout.
require('./index.cjs').gateAction();
