import numpy as np

import gdviz


class Poisson:
    names, n_examples, start = ["bias", "slope"], 200, np.zeros(2)
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(200), rng.standard_normal(200)])
    y = rng.poisson(np.exp(x @ [0.5, 0.8]))

    def losses(self, theta, rows):  # one for each example of rows
        z = self.x[rows] @ theta
        return np.exp(z) - self.y[rows] * z

    def gradients(self, theta, rows):  # one row for each example
        return (np.exp(self.x[rows] @ theta) - self.y[rows])[:, None] * self.x[rows]


gdviz.show(Poisson(), batch_size=16, learning_rate=0.1)
